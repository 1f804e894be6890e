package io.slipway.pipeline.image;

import io.slipway.pipeline.frame.CompileScope;
import java.util.List;

/// Checks the options of a step; invalid ones become findings.
final class Options {
  /// The largest side of a step's result, in pixels.
  static final int MOST_SIDE = 16_384;

  private Options() {}

  static boolean sides(int width, int height, CompileScope scope) {
    return within("width", width, 1, MOST_SIDE, scope)
        & within("height", height, 1, MOST_SIDE, scope);
  }

  static boolean within(String name, int value, int least, int most, CompileScope scope) {
    if (value < least || value > most) {
      scope.finding("out_of_range", name + ": expected " + least + " to " + most);
      return false;
    }
    return true;
  }

  static boolean oneOf(String name, String value, List<String> values, CompileScope scope) {
    if (!values.contains(value)) {
      scope.finding("unknown_value", name + ": expected one of " + values);
      return false;
    }
    return true;
  }
}
