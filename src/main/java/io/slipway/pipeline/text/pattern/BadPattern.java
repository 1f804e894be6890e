package io.slipway.pipeline.text.pattern;

/// A pattern, or its replacement, that is invalid or not supported.
public final class BadPattern extends RuntimeException {
  private final String reason;

  BadPattern(String reason) {
    super(reason);
    this.reason = reason;
  }

  /// The error and its position.
  public String reason() {
    return reason;
  }
}
