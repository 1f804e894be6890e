package io.slipway.serving;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A prediction that cannot be given although the object may be valid.
public abstract sealed class Unserved extends RuntimeException {
  private Unserved(String message) {
    super(message, null, false, false);
  }

  /// The model, version, stage or alias does not exist (404).
  public static final class NotFound extends Unserved {
    public NotFound(String message) {
      super(message);
    }
  }

  /// No version is promoted, or it is still being loaded (503).
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

    /// Whether the registry knows the model, as far as it was looked up.
    public boolean modelExists() {
      return modelExists;
    }
  }

  /// The model is overloaded (429).
  public static final class Overloaded extends Unserved {
    private final Duration retryAfter;

    public Overloaded(String message) {
      this(message, Duration.ZERO);
    }

    /// @param retryAfter the estimated time until the queued work is done
    public Overloaded(String message, Duration retryAfter) {
      super(message);
      this.retryAfter = retryAfter;
    }

    /// The time after which a retry makes sense.
    public Duration retryAfter() {
      return retryAfter;
    }
  }

  /// The caller's deadline or the gateway's limit has passed (504).
  public static final class DeadlineExceeded extends Unserved {
    public DeadlineExceeded(String message) {
      super(message);
    }
  }

  /// The model failed on a valid object (500).
  public static final class ModelFailed extends Unserved {
    private final @Nullable OutputFault fault;
    private final boolean overLimit;

    public ModelFailed(String message) {
      this(message, null);
    }

    /// @param fault the fault of its output; null where it gave none
    public ModelFailed(String message, @Nullable OutputFault fault) {
      this(message, fault, false);
    }

    private ModelFailed(String message, @Nullable OutputFault fault, boolean overLimit) {
      super(message);
      this.fault = fault;
      this.overLimit = overLimit;
    }

    /// The refusal of an input for which the model needs more than a limit of the server allows.
    ///
    /// @param message names the limit
    public static ModelFailed overLimit(String message) {
      return new ModelFailed(message, null, true);
    }

    /// Whether a limit of the server ended the call; the message names it.
    public boolean overLimit() {
      return overLimit;
    }

    /// The fault of its output; null where it gave none.
    public @Nullable OutputFault fault() {
      return fault;
    }
  }
}
