package io.slipway.serving.load;

/// A version that must not be opened until an operator releases it: the process crashed while it
/// was run or opened, or a run of it did not end.
final class Quarantined extends RuntimeException {
  Quarantined(String message) {
    super(message, null, false, false);
  }
}
