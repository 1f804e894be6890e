package io.slipway.ops.webhook;

/// What has come of one try.
sealed interface Outcome {
  /// The receiver has taken it.
  record Delivered() implements Outcome {}

  /// It has not, or may not have.
  ///
  /// @param why without anything secret
  record Failed(String why) implements Outcome {}
}
