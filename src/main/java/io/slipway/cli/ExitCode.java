package io.slipway.cli;

/// The exit status of the process where a verb has not done what it was asked; 0 is done.
final class ExitCode {
  /// By the registry, or by a check.
  static final int REFUSED = 1;

  static final int MISUSED = 2;

  /// The registry does not answer.
  static final int UNREACHABLE = 3;

  private ExitCode() {}
}
