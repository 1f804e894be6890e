package io.slipway.pipeline.frame;

import java.util.List;

/// An invalid request or object: the caller's error. Carries no stack trace, as it becomes an
/// answer.
public abstract sealed class RefusedInput extends RuntimeException {
  private RefusedInput(String message) {
    super(message, null, false, false);
  }

  /// The body does not match its content type (400).
  public static final class Malformed extends RefusedInput {
    public Malformed(String message) {
      super(message);
    }
  }

  /// The model's input does not accept this media type (415).
  public static final class UnsupportedMedia extends RefusedInput {
    public UnsupportedMedia(String message) {
      super(message);
    }
  }

  /// Over a limit: bytes, instances, pixels, depth, parts (413).
  public static final class TooLarge extends RefusedInput {
    public TooLarge(String message) {
      super(message);
    }
  }

  /// The object violates its schema or cannot be decoded (422); lists all violations, up to
  /// [#MOST].
  public static final class Invalid extends RefusedInput {
    /// The most violations that an answer lists.
    public static final int MOST = 100;

    private final transient List<Violation> violations;

    public Invalid(List<Violation> violations) {
      super(
          violations.size() == 1
              ? violations.getFirst().message()
              : violations.size() + " values are invalid");
      this.violations = List.copyOf(violations);
    }

    public Invalid(String pointer, String code, String message) {
      this(List.of(new Violation(pointer, code, message)));
    }

    public List<Violation> violations() {
      return violations;
    }

    /// A copy with its first `most` violations.
    public Invalid first(int most) {
      return violations.size() <= most ? this : new Invalid(violations.subList(0, most));
    }
  }
}
