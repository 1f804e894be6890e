package io.slipway.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Where a list goes on: the key of the last item seen, opaque to callers.
final class PageToken {
  /// The most items of a page.
  static final int MOST = 500;

  private PageToken() {}

  /// The page of `found`, which was asked for with one item more than `limit`.
  static <T> Page<T> page(List<T> found, int limit, Function<T, String> key) {
    if (found.size() <= limit) {
      return new Page<>(found, null);
    }
    List<T> items = found.subList(0, limit);
    String last = key.apply(items.getLast());
    return new Page<>(
        List.copyOf(items),
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(last.getBytes(StandardCharsets.UTF_8)));
  }

  /// The key in `token`, `start` without one.
  static String text(@Nullable String token, String start) {
    if (token == null || token.isEmpty()) {
      return start;
    }
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw unreadable();
    }
  }

  static long number(@Nullable String token, long start) {
    try {
      return Long.parseLong(text(token, Long.toString(start)));
    } catch (NumberFormatException e) {
      throw unreadable();
    }
  }

  private static Refusal unreadable() {
    return new Refusal.Malformed("page_token is none that an answer has given");
  }
}
