package io.slipway.signing;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Digest;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The files that a signature covers.
///
/// @param name for display
/// @param files by path, in the order of code points, without ignored ones
/// @param ignored the paths left out
public record Contents(String name, SortedMap<String, Digest> files, List<String> ignored) {
  /// The path of the signature within a bundle.
  public static final String IN_BUNDLE = "model.sig";

  /// Files that the format excludes in a folder that is not a bundle.
  private static final List<String> OF_GIT =
      List.of(".git", ".gitattributes", ".github", ".gitignore");

  /// The order of the format: by code point, which equals that of the UTF-8 bytes.
  static final Comparator<String> ORDER =
      (a, b) -> Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());

  /// The files of a bundle without its signature.
  public static Contents of(Bundle bundle) {
    SortedMap<String, Digest> files = new TreeMap<>(ORDER);
    bundle
        .files()
        .forEach(
            (path, entry) -> {
              if (!path.equals(IN_BUNDLE)) {
                files.put(path, entry.digest());
              }
            });
    return new Contents(bundle.manifest().model().name(), files, List.of(IN_BUNDLE));
  }

  /// The files of any folder, or one file.
  ///
  /// @param ignored further paths below it, each with all its content
  /// @throws InvalidBundle where there is a link, or no file
  public static Contents of(Path path, List<String> ignored) {
    SortedMap<String, Digest> files = new TreeMap<>(ORDER);
    Path absolute = path.toAbsolutePath().normalize();
    List<String> all = new ArrayList<>(OF_GIT);
    all.addAll(ignored);
    try {
      if (Files.isRegularFile(absolute)) {
        files.put(absolute.getFileName().toString(), Digest.of(absolute));
      } else {
        Files.walkFileTree(absolute, new Walk(absolute, all, files));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (files.isEmpty()) {
      throw new InvalidBundle("nothing_to_sign", path.toString(), path + " has no files");
    }
    Path last = absolute.getFileName();
    return new Contents(last == null ? "model" : last.toString(), files, List.copyOf(all));
  }

  /// The differences to `statement`.
  ///
  /// @param strict whether files that the statement ignores are an error
  List<Finding> differences(Statement statement, boolean strict) {
    List<Finding> differences = new ArrayList<>();
    for (Map.Entry<String, Digest> signed : statement.files().entrySet()) {
      String path = signed.getKey();
      Digest here = files.get(path);
      if (here == null) {
        if (!covers(ignored, path)) {
          differences.add(finding("missing_file", path, "was signed but is missing"));
        }
      } else if (!here.equals(signed.getValue())) {
        differences.add(finding("changed_file", path, "was changed after signing"));
      }
    }
    for (String path : files.keySet()) {
      if (!statement.files().containsKey(path) && (strict || !covers(statement.ignored(), path))) {
        differences.add(finding("unsigned_file", path, "is not covered by the signature"));
      }
    }
    return differences;
  }

  private static Finding finding(String code, String path, String what) {
    return new Finding(code, path, path + " " + what);
  }

  private static boolean covers(List<String> ignored, String path) {
    return ignored.stream().anyMatch(each -> path.equals(each) || path.startsWith(each + "/"));
  }

  /// Collects every regular file that is not ignored.
  private static final class Walk extends SimpleFileVisitor<Path> {
    private final Path root;
    private final List<String> ignored;
    private final SortedMap<String, Digest> files;

    Walk(Path root, List<String> ignored, SortedMap<String, Digest> files) {
      this.root = root;
      this.ignored = ignored;
      this.files = files;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return !folder.equals(root) && covers(ignored, name(folder))
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      String name = name(file);
      if (covers(ignored, name)) {
        return FileVisitResult.CONTINUE;
      }
      if (!attributes.isRegularFile()) {
        throw new InvalidBundle("unsafe_entry", name, name + " is a link, or not a regular file");
      }
      files.put(name, Digest.of(file));
      return FileVisitResult.CONTINUE;
    }

    private String name(Path path) {
      return root.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
    }
  }
}
