package io.slipway.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A failure of a command; its kind determines the exit status.
abstract sealed class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private Failure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  abstract int exit();

  /// A refusal by the server, or by the check of a bundle.
  static final class Refused extends Failure {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient List<Fault> faults;

    /// @param faults the single faults, where there are several
    Refused(String message, List<Fault> faults) {
      this(0, message, faults);
    }

    /// @param status of the server's response
    Refused(int status, String message, List<Fault> faults) {
      super(message, null);
      this.status = status;
      this.faults = List.copyOf(faults);
    }

    /// The status of the server's response; 0 where no server was involved.
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

  /// Invalid arguments or files given by the user.
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

  /// No response, or not one of a registry.
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

  /// A change of which it is not known whether it was made.
  static final class Unclear extends Failure {
    private static final long serialVersionUID = 1;

    Unclear(String message, @Nullable Throwable cause) {
      super(message, cause);
    }

    @Override
    int exit() {
      return ExitCode.UNREACHABLE;
    }
  }

  /// One fault.
  ///
  /// @param where the step, column, file or member
  record Fault(String code, String where, String message) {}
}
