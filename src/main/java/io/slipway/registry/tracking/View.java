package io.slipway.registry.tracking;

/// Which of the experiments or runs a search shows.
public enum View {
  ACTIVE_ONLY,
  DELETED_ONLY,
  ALL;

  /// The condition on the rows of the table `r`.
  String condition() {
    return switch (this) {
      case ACTIVE_ONLY -> "not r.deleted";
      case DELETED_ONLY -> "r.deleted";
      case ALL -> "true";
    };
  }
}
