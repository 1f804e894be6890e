package io.slipway.openinference;

/// The registry's rules forbid what was asked, whoever asks.
final class NotAllowed extends RuntimeException {
  NotAllowed(String message) {
    super(message, null, false, false);
  }
}
