package io.slipway.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Encodes page tokens, which are opaque to callers: the key of the last item on a page, in
/// Base64.
final class PageToken {
  /// The most items on a page.
  static final int MOST = 500;

  private PageToken() {}

  /// The page of `found`, which was queried with one more item than `limit`.
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

  /// The key in `token`; `start` without a token.
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
    return new Refusal.Malformed("page_token is not a token from an earlier answer");
  }
}
