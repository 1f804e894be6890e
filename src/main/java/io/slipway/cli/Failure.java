package io.slipway.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Why a command has not done what it was asked for; its exit status says which kind it is.
abstract sealed class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private Failure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  abstract int exit();

  /// The server, or the check of a bundle, says no.
  static final class Refused extends Failure {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient List<Fault> faults;

    /// @param faults each thing that is wrong, where there are several
    Refused(String message, List<Fault> faults) {
      this(0, message, faults);
    }

    /// @param status of the server's answer
    Refused(int status, String message, List<Fault> faults) {
      super(message, null);
      this.status = status;
      this.faults = List.copyOf(faults);
    }

    /// Of the server's answer; 0 where none was asked.
    int status() {
      return status;
    }

    List<Fault> faults() {
      return faults;
    }

    @Override
    int exit() {
      return ExitCode.REFUSED;
    }
  }

  /// What the person has given can't be used.
  static final class Misused extends Failure {
    private static final long serialVersionUID = 1;

    Misused(String message) {
      super(message, null);
    }

    @Override
    int exit() {
      return ExitCode.MISUSED;
    }
  }

  /// Nobody answers, or not as a registry does.
  static final class Unreachable extends Failure {
    private static final long serialVersionUID = 1;

    Unreachable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }

    @Override
    int exit() {
      return ExitCode.UNREACHABLE;
    }
  }

  /// One thing that is wrong.
  ///
  /// @param where the step, column, file or member
  record Fault(String code, String where, String message) {}
}
