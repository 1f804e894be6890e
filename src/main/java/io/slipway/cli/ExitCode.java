package io.slipway.cli;

/// The exit statuses for failures; 0 is success.
final class ExitCode {
  /// Refused by the registry, or by a check.
  static final int REFUSED = 1;

  static final int MISUSED = 2;

  /// The registry does not answer.
  static final int UNREACHABLE = 3;

  private ExitCode() {}
}
