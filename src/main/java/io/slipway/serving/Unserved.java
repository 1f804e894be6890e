package io.slipway.serving;

/// A prediction that can't be given, not by the fault of the object.
public abstract sealed class Unserved extends RuntimeException {
  private Unserved(String message) {
    super(message, null, false, false);
  }

  /// No such model, version, stage or alias (404).
  public static final class NotFound extends Unserved {
    public NotFound(String message) {
      super(message);
    }
  }

  /// Nothing promoted, or still loading (503).
  public static final class NotReady extends Unserved {
    public NotReady(String message) {
      super(message);
    }
  }

  /// The model's queue is full (429).
  public static final class Overloaded extends Unserved {
    public Overloaded(String message) {
      super(message);
    }
  }

  /// The caller's deadline or the model's limit has passed (504).
  public static final class DeadlineExceeded extends Unserved {
    public DeadlineExceeded(String message) {
      super(message);
    }
  }

  /// The model failed on a valid object (500).
  public static final class ModelFailed extends Unserved {
    public ModelFailed(String message) {
      super(message);
    }
  }
}
