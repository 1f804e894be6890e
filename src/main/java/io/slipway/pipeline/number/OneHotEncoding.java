package io.slipway.pipeline.number;

import io.slipway.bundle.Scalar;
import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.SparseVector;
import io.slipway.pipeline.frame.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// scikit-learn's OneHotEncoder. Several columns give one vector each, or a single vector where
/// `out` is one name.
final class OneHotEncoding {
  private static final int[] NO_INDICES = {};
  private static final double[] NO_VALUES = {};

  private OneHotEncoding() {}

  /// The part of one column; `first` is 1 where the first category is dropped.
  private record Part(Column from, Map<@Nullable String, Integer> places, int first, int length) {

    /// The index of the row's category in this part; -1 where all elements are zero.
    int place(Frame frame, boolean refuseUnknown) {
      Object value = frame.object(from.slot());
      Integer place = places.get(value);
      if (place == null) {
        if (refuseUnknown) {
          throw CategorySteps.unknown(from, value);
        }
        return -1;
      }
      return place - first;
    }
  }

  static boolean oneListEach(Step step, List<List<Scalar>> categories, CompileScope scope) {
    if (categories.size() != step.in().size()) {
      scope.finding(
          "wrong_arity",
          "categories has "
              + categories.size()
              + " lists and the step reads "
              + step.in().size()
              + " columns");
      return false;
    }
    return true;
  }

  static @Nullable Transform compile(Step.OneHot step, CompileScope scope) {
    List<String> out = step.out() == null ? step.in() : step.out();
    boolean together = out.size() == 1;
    boolean fits = oneListEach(step, step.categories(), scope);
    if (!together && out.size() != step.in().size()) {
      scope.finding("wrong_arity", "expected one column out, or one for each column in");
      fits = false;
    }
    if (!List.of("ignore", "error").contains(step.unknown())) {
      scope.finding("unknown_value", "unknown: expected \"ignore\" or \"error\"");
      fits = false;
    }
    if (step.drop() != null && !List.of("first", "if_binary").contains(step.drop())) {
      scope.finding("unknown_value", "drop: expected \"first\" or \"if_binary\"");
      fits = false;
    }
    List<Part> parts = new ArrayList<>();
    for (int i = 0; fits && i < step.in().size(); i++) {
      Column from = CategorySteps.categories(step.in().get(i), scope);
      if (from == null) {
        fits = false;
        break;
      }
      List<Scalar> categories = step.categories().get(i);
      boolean drops =
          "first".equals(step.drop()) || "if_binary".equals(step.drop()) && categories.size() == 2;
      int first = drops ? 1 : 0;
      parts.add(
          new Part(
              from, CategorySteps.places(categories, scope), first, categories.size() - first));
    }
    if (!fits) {
      scope.writeBroken(out);
      return null;
    }
    boolean refuse = step.unknown().equals("error");
    if (together) {
      int length = parts.stream().mapToInt(Part::length).sum();
      int to = scope.write(out.getFirst(), new ColumnType.Vector(length)).slot();
      return frame -> frame.object(to, encode(frame, parts, length, refuse));
    }
    int[] to = new int[parts.size()];
    for (int i = 0; i < to.length; i++) {
      to[i] = scope.write(out.get(i), new ColumnType.Vector(parts.get(i).length())).slot();
    }
    return frame -> {
      for (int i = 0; i < to.length; i++) {
        Part part = parts.get(i);
        frame.object(to[i], encode(frame, List.of(part), part.length(), refuse));
      }
    };
  }

  private static SparseVector encode(Frame frame, List<Part> parts, int length, boolean refuse) {
    int[] indices = parts.isEmpty() ? NO_INDICES : new int[parts.size()];
    double[] values = parts.isEmpty() ? NO_VALUES : new double[parts.size()];
    int count = 0;
    int offset = 0;
    for (Part part : parts) {
      int place = part.place(frame, refuse);
      if (place >= 0) {
        indices[count] = offset + place;
        values[count++] = 1;
      }
      offset += part.length();
    }
    return new SparseVector(length, indices, values, count);
  }
}
