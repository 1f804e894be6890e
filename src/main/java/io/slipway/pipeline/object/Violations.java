package io.slipway.pipeline.object;

import io.slipway.bundle.StrictJson;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Violation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects what is wrong with one object, allocating nothing while nothing is.
final class Violations {
  private @Nullable List<Violation> found;

  /// Whether what is added is left out, as there are as many as are listed.
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

  /// @throws RefusedInput.Invalid where anything was found
  void raise() {
    if (found != null) {
      throw new RefusedInput.Invalid(found);
    }
  }

  static String pointer(String member) {
    return StrictJson.pointer(member);
  }
}
