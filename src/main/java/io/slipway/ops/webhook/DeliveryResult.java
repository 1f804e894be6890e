package io.slipway.ops.webhook;

/// What has come of one try.
sealed interface DeliveryResult {
  /// The receiver has taken it.
  record Delivered() implements DeliveryResult {}

  /// It has not, or may not have.
  ///
  /// @param why without anything secret
  record Failed(String why) implements DeliveryResult {}
}
