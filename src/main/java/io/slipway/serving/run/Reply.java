package io.slipway.serving.run;

/// A rendered answer that has not been sent yet.
@FunctionalInterface
public interface Reply {
  /// Sends it; called once, on any thread.
  void send();
}
