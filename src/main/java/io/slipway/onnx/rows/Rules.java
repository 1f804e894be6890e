package io.slipway.onnx.rows;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rules of all supported operators.
final class Rules {
  private static final Map<String, Rule> ALL = all();

  private Rules() {}

  private static Map<String, Rule> all() {
    Map<String, Rule> rules = new HashMap<>();
    Elementwise.addTo(rules);
    Products.addTo(rules);
    Layout.addTo(rules);
    Selection.addTo(rules);
    Sizes.addTo(rules);
    Reductions.addTo(rules);
    Windows.addTo(rules);
    Recurrences.addTo(rules);
    Tables.addTo(rules);
    Texts.addTo(rules);
    Fused.addTo(rules);
    return Map.copyOf(rules);
  }

  /// The rule of `operator`, whose name includes the domain where that is not ONNX's own.
  static @Nullable Rule of(String operator) {
    return ALL.get(operator);
  }
}
