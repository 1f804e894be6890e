package io.slipway.onnx.rows;

import java.util.HashMap;
import java.util.Map;

/// Names for sizes that are not known but equal in all runs that rows may share: those computed in
/// the same way from the same sizes have the same name.
final class Symbols {
  private final Map<String, Dim> known = new HashMap<>();
  private final Map<Dim, Dim> most = new HashMap<>();
  private int fresh;

  /// The size that `how` computes, a text that names what goes in.
  Dim of(String how) {
    return known.computeIfAbsent(how, _ -> fresh());
  }

  /// The smaller one of a size and a number.
  Dim smaller(Dim size, long number) {
    Dim smaller = of("smaller " + size + " " + number);
    most.put(smaller, size);
    return smaller;
  }

  /// Whether `dim` was made as the smaller one of `size` and something.
  boolean atMost(Dim dim, Dim size) {
    return size.equals(most.get(dim));
  }

  /// A size that nothing is known of.
  Dim fresh() {
    return Dim.of("~" + fresh++);
  }
}
