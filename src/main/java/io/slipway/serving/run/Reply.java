package io.slipway.serving.run;

/// An answer that is written and not yet sent.
@FunctionalInterface
public interface Reply {
  /// Sends it; called once, on any thread.
  void send();
}
