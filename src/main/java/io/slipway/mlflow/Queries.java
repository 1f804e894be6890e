package io.slipway.mlflow;

import io.slipway.registry.tracking.Query;
import io.slipway.registry.tracking.View;
import java.util.List;

/// Reads what all searches have in common.
final class Queries {
  /// The most items that a caller may ask for, as MLflow's.
  private static final int MOST = 50_000;

  /// The most items on a page; the token leads to the rest.
  private static final int PAGE = 10_000;

  private Queries() {}

  /// @param absent the number of items where the caller asks for none
  static Query of(Arguments call, String view, int absent, List<String> orderBy) {
    View seen = call.oneOrNull(view, View.class, "");
    return new Query(
        call.text("filter"),
        orderBy,
        Math.min(PAGE, call.limit("max_results", absent, 1, MOST)),
        call.textOrNull("page_token"),
        seen == null ? View.ACTIVE_ONLY : seen);
  }
}
