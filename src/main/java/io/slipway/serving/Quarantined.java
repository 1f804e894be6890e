package io.slipway.serving;

/// A version that is not opened, because the process has crashed while it was run or opened; until
/// a person says otherwise.
final class Quarantined extends RuntimeException {
  Quarantined(String message) {
    super(message, null, false, false);
  }
}
