package io.slipway.serving.run;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Violation;
import io.slipway.pipeline.object.Row;
import io.slipway.serving.Unserved;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes one refusal of a request out of those of its rows.
public final class BatchRefusal {
  private BatchRefusal() {}

  /// What the whole request is refused with; null where no row is refused. Violations of all rows
  /// are listed together, with pointers into the request; what is no violation (too large, not
  /// decodable) refuses the request as it would refuse the object alone.
  ///
  /// @param single whether the request is the object itself
  static @Nullable RefusedInput of(boolean single, List<Row> rows) {
    List<Violation> violations = new ArrayList<>();
    for (int i = 0; i < rows.size() && violations.size() < RefusedInput.Invalid.MOST; i++) {
      if (rows.get(i) instanceof Row.Refused(RefusedInput refusal)) {
        if (single || !(refusal instanceof RefusedInput.Invalid)) {
          return refusal;
        }
        violations.addAll(((RefusedInput.Invalid) inBatch(refusal, i)).violations());
      }
    }
    return violations.isEmpty()
        ? null
        : new RefusedInput.Invalid(
            violations.subList(0, Math.min(violations.size(), RefusedInput.Invalid.MOST)));
  }

  /// What the whole request is refused with where a row of it could not be predicted; null where
  /// all were.
  static @Nullable RuntimeException ofScored(List<Scored> scored) {
    for (int i = 0; i < scored.size(); i++) {
      switch (scored.get(i)) {
        case Scored.Broken(Unserved.ModelFailed why) -> {
          return why;
        }
        case Scored.Refused(RefusedInput why) -> {
          return why;
        }
        case Scored.Decided _ -> {}
      }
    }
    return null;
  }

  /// The refusal of the `row`th row of a batch, with pointers into the request.
  public static RefusedInput inBatch(RefusedInput refusal, int row) {
    return refusal instanceof RefusedInput.Invalid invalid
        ? new RefusedInput.Invalid(
            invalid.violations().stream()
                .map(v -> new Violation("/instances/" + row + v.pointer(), v.code(), v.message()))
                .toList())
        : refusal;
  }
}
