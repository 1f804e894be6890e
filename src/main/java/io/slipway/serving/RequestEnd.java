package io.slipway.serving;

import io.slipway.pipeline.frame.RefusedInput;
import java.util.Locale;

/// The end of a predict request, as the metrics label `outcome`.
public enum RequestEnd {
  OK,
  INVALID_INPUT,
  MALFORMED,
  TOO_LARGE,
  OVERLOADED,
  DEADLINE,
  NOT_READY,
  MODEL_ERROR,
  INTERNAL;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The end of a request that was refused with `why`.
  public static RequestEnd of(RuntimeException why) {
    return switch (why) {
      case RefusedInput refused ->
          switch (refused) {
            case RefusedInput.Malformed _, RefusedInput.UnsupportedMedia _ -> MALFORMED;
            case RefusedInput.TooLarge _ -> TOO_LARGE;
            case RefusedInput.Invalid _ -> INVALID_INPUT;
          };
      case Unserved unserved ->
          switch (unserved) {
            case Unserved.NotFound _, Unserved.NotReady _ -> NOT_READY;
            case Unserved.Overloaded _ -> OVERLOADED;
            case Unserved.DeadlineExceeded _ -> DEADLINE;
            case Unserved.ModelFailed _ -> MODEL_ERROR;
          };
      default -> INTERNAL;
    };
  }
}
