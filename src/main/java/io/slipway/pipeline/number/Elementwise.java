package io.slipway.pipeline.number;

import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Transform;
import io.slipway.pipeline.frame.Vectors;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A function of one number, applied to every number column of a step, or to every element of its
/// single vector column.
final class Elementwise {
  /// The function for the i-th number of the step.
  @FunctionalInterface
  interface ByIndex {
    DoubleUnaryOperator at(int index);
  }

  private Elementwise() {}

  /// @param parameters the number of columns or elements with parameters; -1: the same for any
  ///     number
  static @Nullable Transform compile(
      Step step, CompileScope scope, int parameters, ByIndex function) {
    List<String> out = Places.outOf(step, scope);
    if (out == null) {
      return null;
    }
    if (step.in().size() == 1 && isVector(step.in().getFirst(), scope)) {
      return vector(step.in().getFirst(), out.getFirst(), scope, parameters, function);
    }
    if (parameters >= 0 && parameters != step.in().size()) {
      scope.finding(
          "wrong_arity",
          "has parameters for " + parameters + " columns and reads " + step.in().size());
      scope.writeBroken(out);
      return null;
    }
    int n = out.size();
    int[] from = new int[n];
    int[] to = new int[n];
    DoubleUnaryOperator[] functions = new DoubleUnaryOperator[n];
    boolean whole = true;
    for (int i = 0; i < n; i++) {
      Column column = scope.number(step.in().get(i));
      if (column == null) {
        whole = false;
        scope.writeBroken(List.of(out.get(i)));
        continue;
      }
      from[i] = column.slot();
      functions[i] = function.at(i);
    }
    for (int i = 0; whole && i < n; i++) {
      to[i] = scope.write(out.get(i), new ColumnType.Number(false)).slot();
    }
    return whole ? frame -> apply(frame, from, to, functions) : null;
  }

  private static void apply(Frame frame, int[] from, int[] to, DoubleUnaryOperator[] functions) {
    for (int i = 0; i < from.length; i++) {
      frame.number(to[i], functions[i].applyAsDouble(frame.number(from[i])));
    }
  }

  static boolean isVector(String name, CompileScope scope) {
    return scope.typeOf(name) instanceof ColumnType.Vector;
  }

  private static @Nullable Transform vector(
      String in, String out, CompileScope scope, int parameters, ByIndex function) {
    Column column = Objects.requireNonNull(scope.read(in));
    int length = ((ColumnType.Vector) column.type()).length();
    if (column.type().nullable()) {
      scope.finding("nullable_column", "the vector \"" + in + "\" may be null here");
      scope.writeBroken(List.of(out));
      return null;
    }
    if (parameters >= 0 && parameters != length) {
      scope.finding(
          "wrong_arity",
          "has parameters for "
              + parameters
              + " numbers and the vector \""
              + in
              + "\" has "
              + length);
      scope.writeBroken(List.of(out));
      return null;
    }
    int from = column.slot();
    int to = scope.write(out, new ColumnType.Vector(length)).slot();
    DoubleUnaryOperator[] functions = new DoubleUnaryOperator[length];
    for (int i = 0; i < length; i++) {
      functions[i] = function.at(parameters < 0 ? 0 : i);
    }
    return frame -> {
      double[] source = Vectors.dense(Objects.requireNonNull(frame.object(from)));
      double[] result = new double[length];
      for (int i = 0; i < length; i++) {
        result[i] = functions[i].applyAsDouble(source[i]);
      }
      frame.object(to, result);
    };
  }
}
