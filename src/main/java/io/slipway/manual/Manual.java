package io.slipway.manual;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The documentation, rendered once: every page that can be reached from the start page.
///
/// @param content by URL
/// @param broken links without a target, as `page → link`
record Manual(Map<String, Content> content, List<String> broken) {
  private static final String ROOT = "/manual/";
  private static final String TEXT = "text/plain;charset=UTF-8";
  private static final Map<String, String> TYPES =
      Map.of("css", "text/css;charset=UTF-8", "svg", "image/svg+xml", "png", "image/png");

  /// The response to one URL.
  record Content(String type, byte[] body) {}

  /// Loads the pages by following every link from the start page.
  static Manual load() {
    Map<DocPath, DocPage> pages = new LinkedHashMap<>();
    Map<String, Content> content = new HashMap<>();
    List<String> broken = new ArrayList<>();
    Deque<DocPath> next = new ArrayDeque<>(List.of(DocPath.HOME));
    while (!next.isEmpty()) {
      DocPath file = next.removeFirst();
      byte[] bytes = pages.containsKey(file) ? null : read(ROOT + file.path());
      if (bytes == null) {
        continue;
      }
      if (!file.isPage()) {
        content.put(file.url(), new Content(type(file.path()), bytes));
        continue;
      }
      DocPage page = DocPage.of(file, new String(bytes, StandardCharsets.UTF_8));
      pages.put(file, page);
      for (String link : page.links()) {
        DocPath target = target(file, link);
        if (target != null && exists(target)) {
          next.addLast(target);
        } else if (target != null || !isExternal(link)) {
          broken.add(file.path() + " → " + link);
        }
      }
    }
    DocPage map = pages.get(DocPath.HOME);
    if (map == null) {
      throw new IllegalStateException("the jar has no " + ROOT + DocPath.HOME.path());
    }
    Navigation navigation = Navigation.of(map);
    pages.forEach((file, page) -> content.put(file.url(), rendered(page, navigation)));
    content.put(Template.STYLE, new Content(type("style.css"), required(ROOT + "style.css")));
    return new Manual(Map.copyOf(content), List.copyOf(broken));
  }

  private static Content rendered(DocPage page, Navigation navigation) {
    DocPath file = page.file();
    String title = page.title();
    String body = page.html(link -> destination(file, link));
    String html = Template.page(title, navigation.html(file.url()), body);
    return new Content("text/html;charset=UTF-8", html.getBytes(StandardCharsets.UTF_8));
  }

  private static String destination(DocPath from, String link) {
    DocPath target = target(from, link);
    if (target == null) {
      return link;
    }
    int hash = link.indexOf('#');
    return target.url() + (hash < 0 ? "" : link.substring(hash));
  }

  /// The file that a link leads to; null where it leaves the repository.
  private static @Nullable DocPath target(DocPath from, String link) {
    if (isExternal(link)) {
      return null;
    }
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    return path.isEmpty() ? from : from.resolve(path);
  }

  private static boolean isExternal(String link) {
    return link.matches("[a-z]+:.*");
  }

  private static String type(String path) {
    return TYPES.getOrDefault(path.substring(path.lastIndexOf('.') + 1), TEXT);
  }

  private static boolean exists(DocPath file) {
    return read(ROOT + file.path()) != null;
  }

  private static byte[] required(String resource) {
    byte[] bytes = read(resource);
    if (bytes == null) {
      throw new IllegalStateException("the jar has no " + resource);
    }
    return bytes;
  }

  private static byte @Nullable [] read(String resource) {
    try (InputStream in = Manual.class.getResourceAsStream(resource)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
