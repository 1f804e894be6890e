package io.slipway.registry;

import org.jspecify.annotations.Nullable;

/// Thrown if the registry refuses a call: because of the request, the current state, or a failure
/// of the database or the store.
public abstract sealed class Refusal extends RuntimeException {
  private Refusal(String message) {
    super(message, null, false, false);
  }

  /// No such model, version, stage, alias or file (404).
  public static final class NotFound extends Refusal {
    public NotFound(String message) {
      super(message);
    }
  }

  /// The name is taken, the state does not allow the change, or another change came first (409).
  public static final class Conflict extends Refusal {
    public Conflict(String message) {
      super(message);
    }
  }

  /// `If-Match` is not the model's current revision (412).
  public static final class StaleRevision extends Refusal {
    private final long current;

    public StaleRevision(String message, long current) {
      super(message);
      this.current = current;
    }

    /// The model's current revision.
    public long current() {
      return current;
    }
  }

  /// The model's policy requires `If-Match` (428).
  public static final class RevisionRequired extends Refusal {
    public RevisionRequired(String message) {
      super(message);
    }
  }

  /// A value of the request is invalid (422).
  public static final class InvalidValue extends Refusal {
    private final @Nullable String pointer;

    /// @param pointer a JSON pointer into the request's body, or the name of the header or
    ///          parameter
    public InvalidValue(@Nullable String pointer, String message) {
      super(message);
      this.pointer = pointer;
    }

    public @Nullable String pointer() {
      return pointer;
    }
  }

  /// The content of the request is malformed (400): a broken archive, a digest that does not
  /// match.
  public static final class Malformed extends Refusal {
    public Malformed(String message) {
      super(message);
    }
  }

  /// The content exceeds a limit (413).
  public static final class TooLarge extends Refusal {
    public TooLarge(String message) {
      super(message);
    }
  }

  /// The store's disk does not have enough space (507).
  public static final class NoSpace extends Refusal {
    public NoSpace(String message) {
      super(message);
    }
  }

  /// The database or the store does not answer (503).
  public static final class Unavailable extends Refusal {
    public Unavailable(String message) {
      super(message);
    }
  }

  /// It is not known whether the change was made (503): the database has not answered since.
  public static final class OutcomeUnknown extends Refusal {
    public OutcomeUnknown(String message) {
      super(message);
    }
  }
}
