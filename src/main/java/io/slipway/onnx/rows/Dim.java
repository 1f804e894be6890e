package io.slipway.onnx.rows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The symbolic size of a dimension, or an integer computed from sizes: a product of a number, of
/// sizes that are equal in every run that rows may share, and possibly of the number of rows.
///
/// @param factor the number
/// @param rows whether the number of rows is a factor
/// @param symbols the unknown but equal sizes, sorted
record Dim(long factor, boolean rows, List<String> symbols) {
  static final Dim ONE = of(1);
  static final Dim ROWS = new Dim(1, true, List.of());

  static Dim of(long number) {
    return new Dim(number, false, List.of());
  }

  static Dim of(String symbol) {
    return new Dim(1, false, List.of(symbol));
  }

  /// Whether it is a known number.
  boolean known() {
    return !rows && symbols.isEmpty();
  }

  boolean is(long number) {
    return known() && factor == number;
  }

  /// The product; null where it would contain the number of rows twice.
  @Nullable Dim times(Dim other) {
    if (is(0) || other.is(0)) {
      return of(0);
    }
    if (rows && other.rows) {
      return null;
    }
    List<String> all = new ArrayList<>(symbols);
    all.addAll(other.symbols);
    Collections.sort(all);
    long product = factor * other.factor;
    boolean overflows = Math.multiplyHigh(factor, other.factor) != product >> 63;
    return overflows ? null : new Dim(product, rows || other.rows, List.copyOf(all));
  }

  /// The quotient where it is exact for all sizes; otherwise null.
  @Nullable Dim over(Dim other) {
    if (other.factor == 0 || factor % other.factor != 0 || other.rows && !rows) {
      return null;
    }
    List<String> left = new ArrayList<>(symbols);
    for (String symbol : other.symbols) {
      if (!left.remove(symbol)) {
        return null;
      }
    }
    return new Dim(factor / other.factor, rows && !other.rows, List.copyOf(left));
  }

  @Override
  public String toString() {
    return factor + (rows ? "·rows" : "") + symbols;
  }
}
