package io.slipway.onnx.rows;

import java.util.HashMap;
import java.util.Map;

/// Symbols for unknown sizes that are equal in all runs that rows may share: sizes computed in the
/// same way from the same sizes get the same symbol.
final class Symbols {
  private final Map<String, Dim> known = new HashMap<>();
  private final Map<Dim, Dim> most = new HashMap<>();
  private int fresh;

  /// The symbol for the size computed by `how`, a text that names the operands.
  Dim of(String how) {
    return known.computeIfAbsent(how, _ -> fresh());
  }

  /// The minimum of a size and a number.
  Dim smaller(Dim size, long number) {
    Dim smaller = of("smaller " + size + " " + number);
    most.put(smaller, size);
    return smaller;
  }

  /// Whether `dim` is the minimum of `size` and something.
  boolean atMost(Dim dim, Dim size) {
    return size.equals(most.get(dim));
  }

  /// A new unknown size.
  Dim fresh() {
    return Dim.of("~" + fresh++);
  }
}
