package io.slipway.ops.webhook;

/// The result of one try.
sealed interface DeliveryResult {
  /// The receiver accepted the event.
  record Delivered() implements DeliveryResult {}

  /// The receiver did not accept it, or may not have.
  ///
  /// @param why the reason, without secrets
  record Failed(String why) implements DeliveryResult {}
}
