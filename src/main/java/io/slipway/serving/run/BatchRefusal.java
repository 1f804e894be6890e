package io.slipway.serving.run;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Violation;
import io.slipway.pipeline.object.Row;
import io.slipway.serving.Unserved;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Combines the refusals of single rows into one refusal of the request.
public final class BatchRefusal {
  private BatchRefusal() {}

  /// The refusal of the whole request; null where no row is refused. Violations of all rows are
  /// listed together, with pointers into the request. Any other refusal of a row (too large, not
  /// decodable) refuses the request in the same way as it would refuse the object alone.
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

  /// The refusal of the whole request where a row could not be predicted; null where all were.
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

  /// The refusal of the row with index `row` in a batch, with pointers into the request.
  public static RefusedInput inBatch(RefusedInput refusal, int row) {
    return refusal instanceof RefusedInput.Invalid invalid
        ? new RefusedInput.Invalid(
            invalid.violations().stream()
                .map(v -> new Violation("/instances/" + row + v.pointer(), v.code(), v.message()))
                .toList())
        : refusal;
  }
}
