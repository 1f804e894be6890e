package io.slipway.serving;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

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
    private final boolean modelExists;

    public NotReady(String message) {
      this(message, false);
    }

    /// @param modelExists whether the registry knows the model
    public NotReady(String message, boolean modelExists) {
      super(message);
      this.modelExists = modelExists;
    }

    /// Whether the registry knows the model, as far as it was asked.
    public boolean modelExists() {
      return modelExists;
    }
  }

  /// The model has too much to do (429).
  public static final class Overloaded extends Unserved {
    private final Duration retryAfter;

    public Overloaded(String message) {
      this(message, Duration.ZERO);
    }

    /// @param retryAfter when what there is to do now will be done
    public Overloaded(String message, Duration retryAfter) {
      super(message);
      this.retryAfter = retryAfter;
    }

    /// When it makes sense to ask again.
    public Duration retryAfter() {
      return retryAfter;
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
    private final @Nullable OutputFault fault;

    public ModelFailed(String message) {
      this(message, null);
    }

    /// @param fault what is wrong with its output; null where it gave none
    public ModelFailed(String message, @Nullable OutputFault fault) {
      super(message);
      this.fault = fault;
    }

    /// What is wrong with its output; null where it gave none.
    public @Nullable OutputFault fault() {
      return fault;
    }
  }
}
