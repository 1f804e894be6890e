package io.slipway.registry.tracking;

import io.slipway.registry.Page;
import io.slipway.registry.Refusal;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Page tokens of searches in any order: the number of the items before the page.
final class Offset {
  private static final Pattern TOKEN = Pattern.compile("o[0-9]{1,9}");

  private Offset() {}

  static int of(@Nullable String token) {
    if (token == null || token.isEmpty()) {
      return 0;
    }
    if (!TOKEN.matcher(token).matches()) {
      throw new Refusal.InvalidValue("page_token", "expected a token from an earlier answer");
    }
    return Integer.parseInt(token.substring(1));
  }

  /// @param found the items of the page, and one more where there are more
  static <T> Page<T> page(List<T> found, Query query) {
    return found.size() <= query.limit()
        ? new Page<>(found, null)
        : new Page<>(
            List.copyOf(found.subList(0, query.limit())),
            "o" + (of(query.pageToken()) + query.limit()));
  }
}
