package io.slipway.onnx;

/// A failure to open or run a model. Messages are suitable for its publisher: they name files of
/// the bundle, never folders of this machine.
public abstract sealed class ModelFailure extends RuntimeException {
  private ModelFailure(String message) {
    super(message, null, false, false);
  }

  /// The runtime refuses to open the file.
  public static final class Refused extends ModelFailure {
    private final String code;

    public Refused(String code, String message) {
      super(message);
      this.code = code;
    }

    /// The code of the finding about the bundle: `model_refused`, `missing_locale`, `too_large`,
    /// `unsupported_output`.
    public String code() {
      return code;
    }
  }

  /// The file is inside of an archive, and its values are in other files, which the runtime reads
  /// from the disk only.
  public static final class NeedsFiles extends ModelFailure {
    NeedsFiles(String file) {
      super(file + " has values in other files, so it must be unpacked to be opened");
    }
  }

  /// The graph fails on these inputs, or returns a value that is no tensor.
  public static final class Failed extends ModelFailure {
    public Failed(String message) {
      super(message);
    }
  }

  /// The output for these inputs is over the limit of one call.
  public static final class TooLong extends ModelFailure {
    public TooLong(String message) {
      super(message);
    }
  }

  /// The run for these inputs needs more memory than the graph may use.
  public static final class OutOfMemory extends ModelFailure {
    public OutOfMemory(String message) {
      super(message);
    }
  }

  /// The run was cancelled by [RunHandle#terminate].
  public static final class Terminated extends ModelFailure {
    public Terminated() {
      super("the run was cancelled");
    }
  }

  /// No run over such shapes has ended yet, and the handle allows familiar shapes only; see
  /// [RunHandle#open].
  public static final class Unfamiliar extends ModelFailure {
    public Unfamiliar() {
      super("no run over inputs of this shape has ended yet");
    }
  }

  /// The model was closed before the run started.
  public static final class Closed extends ModelFailure {
    public Closed() {
      super("the model is closed");
    }
  }

  /// The process is shutting down and opens no further models.
  public static final class Stopping extends ModelFailure {
    public Stopping() {
      super("the process is shutting down and opens no models");
    }
  }
}
