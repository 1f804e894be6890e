package io.slipway.registry;

import org.jspecify.annotations.Nullable;

/// The registry refuses a call, by the caller's fault or because the state has moved on.
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

  /// The name is taken, the change is not legal in this state, or a race was lost (409).
  public static final class Conflict extends Refusal {
    public Conflict(String message) {
      super(message);
    }
  }

  /// `If-Match` does not name the current revision (412).
  public static final class StaleRevision extends Refusal {
    private final long current;

    public StaleRevision(String message, long current) {
      super(message);
      this.current = current;
    }

    /// The revision that the model has now.
    public long current() {
      return current;
    }
  }

  /// The model's policy wants `If-Match` (428).
  public static final class RevisionRequired extends Refusal {
    public RevisionRequired(String message) {
      super(message);
    }
  }

  /// A value of the request is not acceptable (422).
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

  /// The request is not what it says (400): a broken archive, a digest that does not match.
  public static final class Malformed extends Refusal {
    public Malformed(String message) {
      super(message);
    }
  }

  /// Over a limit (413).
  public static final class TooLarge extends Refusal {
    public TooLarge(String message) {
      super(message);
    }
  }

  /// The store has no room for it (507).
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

  /// Whether the change was made is not known (503): the database has not answered since.
  public static final class OutcomeUnknown extends Refusal {
    public OutcomeUnknown(String message) {
      super(message);
    }
  }
}
