package io.slipway.manual;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// The path of a documentation file, relative to the repository, such as
/// `docs/how-to/deploy.md`. Pages below `docs` are served at `/docs/how-to/deploy`, other files
/// at `/docs/files/…`.
///
/// @param path relative to the root of the repository
record DocPath(String path) {
  static final String URL = "/docs/";

  private static final String FOLDER = "docs/";
  private static final String ELSEWHERE = "files/";
  private static final String INDEX = "README.md";
  private static final String PAGE = ".md";

  /// The start page, which lists all pages.
  static final DocPath HOME = new DocPath(FOLDER + INDEX);

  boolean isPage() {
    return path.endsWith(PAGE);
  }

  String url() {
    if (!path.startsWith(FOLDER)) {
      return URL + ELSEWHERE + path;
    }
    String below = path.substring(FOLDER.length());
    if (below.equals(INDEX) || below.endsWith("/" + INDEX)) {
      return URL + below.substring(0, below.length() - INDEX.length());
    }
    return URL + (isPage() ? below.substring(0, below.length() - PAGE.length()) : below);
  }

  /// The file that a link on this page leads to; null where it leaves the repository.
  @Nullable DocPath resolve(String link) {
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : path.substring(0, path.lastIndexOf('/') + 1).split("/", -1)) {
      if (!segment.isEmpty()) {
        segments.addLast(segment);
      }
    }
    for (String segment : link.split("/", -1)) {
      if (segment.equals("..")) {
        if (segments.pollLast() == null) {
          return null;
        }
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.addLast(segment);
      }
    }
    return new DocPath(String.join("/", segments));
  }
}
