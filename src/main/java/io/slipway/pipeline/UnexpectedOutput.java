package io.slipway.pipeline;

/// The model's output is not what its bundle says: a fault of the model, not of the caller.
public final class UnexpectedOutput extends RuntimeException {
  UnexpectedOutput(String message) {
    super(message, null, false, false);
  }
}
