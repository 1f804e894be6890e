package io.slipway.security;

/// What becomes of a key that was presented.
public sealed interface Presented {
  /// It is nobody's.
  enum Rejected implements Presented {
    UNKNOWN,
    EXPIRED
  }

  /// It is `holder`'s.
  record Known(Keyholder holder) implements Presented {}
}
