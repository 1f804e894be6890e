package io.slipway.pipeline.number;

import io.slipway.bundle.Scalar;
import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Transform;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Steps on categories. A category is a string; a boolean is `true` or `false`, an integer its
/// decimal digits.
public final class CategorySteps {
  private CategorySteps() {}

  /// Compiles `step`; null, with a finding, where it does not fit.
  public static @Nullable Transform compile(Step.OnCategories step, CompileScope scope) {
    return switch (step) {
      case Step.Category s -> category(s, scope);
      case Step.OneHot s -> OneHotEncoding.compile(s, scope);
      case Step.Ordinal s -> ordinal(s, scope);
      case Step.Target s -> target(s, scope);
    };
  }

  /// The canonical string of a category in the manifest.
  static String canonical(Scalar value) {
    return switch (value) {
      case Scalar.Text(String text) -> text;
      case Scalar.Flag(boolean flag) -> flag ? "true" : "false";
      case Scalar.Decimal(double number) -> canonical(number);
      case Scalar.Null() -> throw new IllegalArgumentException("null is no category by name");
    };
  }

  private static String canonical(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e18
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  /// The index of each category; null, which is a category in scikit-learn, has the key null.
  static Map<@Nullable String, Integer> places(List<Scalar> categories, CompileScope scope) {
    Map<@Nullable String, Integer> places = new HashMap<>();
    for (int i = 0; i < categories.size(); i++) {
      Scalar category = categories.get(i);
      if (places.put(category instanceof Scalar.Null ? null : canonical(category), i) != null) {
        scope.finding("duplicate_category", "categories: " + category + " occurs twice");
      }
    }
    return places;
  }

  /// The column as categories or texts, which may be null; otherwise null, with a finding.
  static @Nullable Column categories(String name, CompileScope scope) {
    Column column = scope.read(name);
    if (column == null) {
      return null;
    }
    return switch (column.type()) {
      case ColumnType.Category c -> column;
      case ColumnType.Text t -> column;
      default -> scope.wrongType(column, "a category (put a step \"category\" before)");
    };
  }

  static RefusedInput unknown(Column column, @Nullable Object value) {
    return new RefusedInput.Invalid(
        column.pointer(),
        "unknown_category",
        value == null
            ? "null is not a category that the model knows"
            : "\"" + abbreviate(value.toString()) + "\" is not a category that the model knows");
  }

  private static String abbreviate(String text) {
    return text.length() > 60 ? text.substring(0, text.offsetByCodePoints(0, 30)) + "…" : text;
  }

  private static @Nullable Transform category(Step.Category step, CompileScope scope) {
    List<String> out = Places.outOf(step, scope);
    if (out == null) {
      return null;
    }
    List<Column> from = new ArrayList<>();
    for (String name : step.in()) {
      Column column = scope.read(name);
      if (column == null || !isCategorical(column, scope)) {
        scope.writeBroken(out);
        return null;
      }
      from.add(column);
    }
    List<Transform> each = new ArrayList<>();
    for (int i = 0; i < from.size(); i++) {
      Column source = from.get(i);
      Column target = scope.write(out.get(i), new ColumnType.Category(source.type().nullable()));
      each.add(canonicalize(source, target));
    }
    return frame -> each.forEach(t -> t.apply(frame));
  }

  private static boolean isCategorical(Column column, CompileScope scope) {
    return switch (column.type()) {
      case ColumnType.Text t -> true;
      case ColumnType.Category c -> true;
      case ColumnType.Flag f -> true;
      case ColumnType.Whole w -> true;
      default -> {
        scope.wrongType(column, "a string, boolean or integer");
        yield false;
      }
    };
  }

  private static Transform canonicalize(Column from, Column to) {
    if (!(from.type() instanceof ColumnType.Scalar)) {
      return frame -> frame.object(to.slot(), frame.object(from.slot()));
    }
    boolean flag = from.type() instanceof ColumnType.Flag;
    return frame -> {
      double x = frame.number(from.slot());
      frame.object(
          to.slot(), Double.isNaN(x) ? null : flag ? (x == 0 ? "false" : "true") : canonical(x));
    };
  }

  private static @Nullable Transform ordinal(Step.Ordinal step, CompileScope scope) {
    List<String> out = Places.outOf(step, scope);
    if (out == null || !OneHotEncoding.oneListEach(step, step.categories(), scope)) {
      scope.writeBroken(step.out() == null ? step.in() : step.out());
      return null;
    }
    double missing = step.missing() == null ? Double.NaN : step.missing();
    Double unknown = step.unknownValue();
    List<Transform> each = new ArrayList<>();
    for (int i = 0; i < out.size(); i++) {
      Column from = categories(step.in().get(i), scope);
      if (from == null) {
        scope.writeBroken(out);
        return null;
      }
      Map<@Nullable String, Integer> places = places(step.categories().get(i), scope);
      int to = scope.write(out.get(i), new ColumnType.Number(false)).slot();
      each.add(
          frame -> {
            Object value = frame.object(from.slot());
            Integer place = places.get(value);
            if (place == null && value != null && unknown == null) {
              throw unknown(from, value);
            }
            frame.number(
                to, place != null ? place : value == null || unknown == null ? missing : unknown);
          });
    }
    return frame -> each.forEach(t -> t.apply(frame));
  }

  private static @Nullable Transform target(Step.Target step, CompileScope scope) {
    List<String> out = Places.outOf(step, scope);
    if (out == null) {
      return null;
    }
    Map<String, Double> values = step.values();
    double fallback = step.fallback();
    List<Transform> each = new ArrayList<>();
    for (int i = 0; i < out.size(); i++) {
      Column from = categories(step.in().get(i), scope);
      if (from == null) {
        scope.writeBroken(out);
        return null;
      }
      int to = scope.write(out.get(i), new ColumnType.Number(false)).slot();
      each.add(
          frame -> {
            Object value = frame.object(from.slot());
            frame.number(
                to, value == null ? fallback : values.getOrDefault((String) value, fallback));
          });
    }
    return frame -> each.forEach(t -> t.apply(frame));
  }
}
