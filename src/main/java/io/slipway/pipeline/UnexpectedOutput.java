package io.slipway.pipeline;

/// An output of the model that does not match its bundle: a fault of the model, not of the caller.
public final class UnexpectedOutput extends RuntimeException {
  UnexpectedOutput(String message) {
    super(message, null, false, false);
  }
}
