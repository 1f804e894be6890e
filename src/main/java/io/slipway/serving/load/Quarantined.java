package io.slipway.serving.load;

/// A version that is not opened, because the process has crashed while it was run or opened, or
/// because a run of it did not end; until a person says otherwise.
final class Quarantined extends RuntimeException {
  Quarantined(String message) {
    super(message, null, false, false);
  }
}
