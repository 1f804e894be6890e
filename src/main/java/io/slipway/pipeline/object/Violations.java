package io.slipway.pipeline.object;

import io.slipway.bundle.StrictJson;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Violation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects the violations in one object; allocates nothing while there are none.
final class Violations {
  private @Nullable List<Violation> found;

  /// Whether further violations are dropped, as the limit is reached.
  boolean full() {
    return found != null && found.size() >= RefusedInput.Invalid.MOST;
  }

  void add(String member, String code, String message) {
    if (found == null) {
      found = new ArrayList<>();
    }
    if (!full()) {
      found.add(new Violation(pointer(member), code, message));
    }
  }

  /// @throws RefusedInput.Invalid where there are violations
  void raise() {
    if (found != null) {
      throw new RefusedInput.Invalid(found);
    }
  }

  static String pointer(String member) {
    return StrictJson.pointer(member);
  }
}
