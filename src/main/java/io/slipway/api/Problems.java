package io.slipway.api;

import io.slipway.api.Problem.Fault;
import io.slipway.bundle.InvalidBundle;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.registry.Refusal;
import io.slipway.serving.Unserved;
import java.util.List;

/// The problem for each refusal. The switches have no `default`: a refusal without a problem does
/// not compile.
public final class Problems {
  private Problems() {}

  public static Problem of(RefusedInput refused) {
    return switch (refused) {
      case RefusedInput.Malformed m -> Problem.of(ProblemCode.MALFORMED_REQUEST, message(m));
      case RefusedInput.UnsupportedMedia u ->
          Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, message(u));
      case RefusedInput.TooLarge t -> Problem.of(ProblemCode.TOO_LARGE, message(t));
      case RefusedInput.Invalid i -> Problem.of(ProblemCode.INVALID_INPUT, message(i), faults(i));
    };
  }

  public static Problem of(Unserved unserved) {
    return switch (unserved) {
      case Unserved.NotFound n -> Problem.of(ProblemCode.NOT_FOUND, message(n));
      case Unserved.NotReady n -> Problem.of(ProblemCode.NOT_READY, message(n));
      case Unserved.Overloaded o -> Problem.of(ProblemCode.OVERLOADED, message(o));
      case Unserved.DeadlineExceeded d -> Problem.of(ProblemCode.DEADLINE_EXCEEDED, message(d));
      case Unserved.ModelFailed m -> Problem.of(ProblemCode.MODEL_ERROR, message(m));
    };
  }

  static Problem of(Refusal refusal) {
    return switch (refusal) {
      case Refusal.NotFound n -> Problem.of(ProblemCode.NOT_FOUND, message(n));
      case Refusal.Conflict c -> Problem.of(ProblemCode.CONFLICT, message(c));
      case Refusal.StaleRevision s -> Problem.of(ProblemCode.PRECONDITION_FAILED, message(s));
      case Refusal.RevisionRequired r -> Problem.of(ProblemCode.PRECONDITION_REQUIRED, message(r));
      case Refusal.InvalidValue v ->
          Problem.of(
              ProblemCode.INVALID_INPUT,
              message(v),
              List.of(new Fault(v.pointer(), "invalid_value", message(v))));
      case Refusal.Malformed m -> Problem.of(ProblemCode.MALFORMED_REQUEST, message(m));
      case Refusal.TooLarge t -> Problem.of(ProblemCode.TOO_LARGE, message(t));
      case Refusal.NoSpace n -> Problem.of(ProblemCode.INSUFFICIENT_STORAGE, message(n));
      case Refusal.OutcomeUnknown o -> Problem.of(ProblemCode.OUTCOME_UNKNOWN, message(o));
      case Refusal.Unavailable u -> Problem.of(ProblemCode.UNAVAILABLE, message(u));
    };
  }

  static Problem of(InvalidBundle invalid) {
    return Problem.of(
        ProblemCode.BUNDLE_REJECTED,
        message(invalid),
        invalid.findings().stream().map(f -> new Fault(f.where(), f.code(), f.message())).toList());
  }

  private static List<Fault> faults(RefusedInput.Invalid invalid) {
    return invalid.violations().stream()
        .map(v -> new Fault(v.pointer(), v.code(), v.message()))
        .toList();
  }

  private static String message(RuntimeException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
