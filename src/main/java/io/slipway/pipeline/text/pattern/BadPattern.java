package io.slipway.pipeline.text.pattern;

/// A pattern, or the replacement that goes with it, is not valid or not supported.
public final class BadPattern extends RuntimeException {
  private final String reason;

  BadPattern(String reason) {
    super(reason);
    this.reason = reason;
  }

  /// What is wrong, and where.
  public String reason() {
    return reason;
  }
}
