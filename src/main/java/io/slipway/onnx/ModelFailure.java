package io.slipway.onnx;

/// A model can't be opened or run. Messages are fit for the publisher of the model: they name files
/// of the bundle and never folders of this machine.
public abstract sealed class ModelFailure extends RuntimeException {
  private ModelFailure(String message) {
    super(message, null, false, false);
  }

  /// The runtime refuses the file.
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

  /// The graph fails on these inputs, or gives what no tensor can hold.
  public static final class Failed extends ModelFailure {
    public Failed(String message) {
      super(message);
    }
  }

  /// The graph answers more for these inputs than a call may be answered.
  public static final class TooLong extends ModelFailure {
    public TooLong(String message) {
      super(message);
    }
  }

  /// The graph wants more memory for these inputs than its runs may have.
  public static final class OutOfMemory extends ModelFailure {
    public OutOfMemory(String message) {
      super(message);
    }
  }

  /// The run was cut short by [RunHandle#terminate].
  public static final class Terminated extends ModelFailure {
    public Terminated() {
      super("the run was terminated");
    }
  }

  /// No run over such shapes has ended yet, and this one was to be begun only if one had; see
  /// [RunHandle#open].
  public static final class Unfamiliar extends ModelFailure {
    public Unfamiliar() {
      super("no run over inputs of this shape has ended yet");
    }
  }

  /// The model was closed before the run began.
  public static final class Closed extends ModelFailure {
    public Closed() {
      super("the model is closed");
    }
  }

  /// The process is shutting down and opens no models any more.
  public static final class Stopping extends ModelFailure {
    public Stopping() {
      super("the process is shutting down and opens no models");
    }
  }
}
