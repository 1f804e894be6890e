package io.slipway.process;

/// A reason why the process cannot start; the message tells the operator what to do.
public final class CannotStart extends RuntimeException {
  public CannotStart(String message) {
    super(message);
  }

  public CannotStart(String message, Throwable cause) {
    super(message, cause);
  }
}
