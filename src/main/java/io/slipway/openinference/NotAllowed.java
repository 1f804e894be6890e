package io.slipway.openinference;

/// A call that the registry's rules forbid to every caller.
final class NotAllowed extends RuntimeException {
  NotAllowed(String message) {
    super(message, null, false, false);
  }
}
