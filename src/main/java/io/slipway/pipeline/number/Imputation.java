package io.slipway.pipeline.number;

import io.slipway.bundle.Scalar;
import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Transform;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// scikit-learn's SimpleImputer and MissingIndicator: null and NaN are missing.
final class Imputation {
  private Imputation() {}

  static @Nullable Transform compile(Step.Impute step, CompileScope scope) {
    List<String> out = Places.outOf(step, scope);
    if (out == null) {
      return null;
    }
    int n = step.in().size();
    if (step.values().size() != n) {
      scope.finding("wrong_arity", "has " + step.values().size() + " values for " + n + " columns");
      scope.writeBroken(out);
      return null;
    }
    List<Transform> each = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (String name : step.in()) {
      Column column = scope.read(name);
      if (column == null) {
        scope.writeBroken(out);
        return null;
      }
      columns.add(column);
    }
    for (int i = 0; i < n; i++) {
      Transform transform = impute(columns.get(i), step.values().get(i), out.get(i), scope);
      if (transform == null) {
        scope.writeBroken(List.of(out.get(i)));
      } else {
        each.add(transform);
      }
    }
    return each.size() == n ? frame -> each.forEach(t -> t.apply(frame)) : null;
  }

  private static @Nullable Transform impute(
      Column column, Scalar value, String out, CompileScope scope) {
    return switch (column.type()) {
      case ColumnType.Number t when value instanceof Scalar.Decimal(double d) ->
          number(column, d, scope.write(out, new ColumnType.Number(false)));
      case ColumnType.Whole t when value instanceof Scalar.Decimal(double d) ->
          d == Math.rint(d)
              ? number(column, d, scope.write(out, new ColumnType.Whole(false)))
              : number(column, d, scope.write(out, new ColumnType.Number(false)));
      case ColumnType.Flag t when value instanceof Scalar.Flag(boolean b) ->
          number(column, b ? 1 : 0, scope.write(out, new ColumnType.Flag(false)));
      case ColumnType.Date t when value instanceof Scalar.Text(String text) && isDate(text) ->
          number(
              column,
              LocalDate.parse(text).toEpochDay(),
              scope.write(out, new ColumnType.Date(false)));
      case ColumnType.Text t when value instanceof Scalar.Text(String text) ->
          text(column, text, scope.write(out, new ColumnType.Text(false)));
      case ColumnType.Category t when value instanceof Scalar.Text(String text) ->
          text(column, text, scope.write(out, new ColumnType.Category(false)));
      case ColumnType.Category t when !(value instanceof Scalar.Null) ->
          text(
              column,
              CategorySteps.canonical(value),
              scope.write(out, new ColumnType.Category(false)));
      default -> {
        scope.wrongType(column, "a column that " + value + " can stand in for");
        yield null;
      }
    };
  }

  private static boolean isDate(String text) {
    try {
      return LocalDate.parse(text) != null;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static Transform number(Column from, double value, Column to) {
    return frame -> {
      double x = frame.number(from.slot());
      frame.number(to.slot(), Double.isNaN(x) ? value : x);
    };
  }

  private static Transform text(Column from, String value, Column to) {
    return frame -> {
      Object x = frame.object(from.slot());
      frame.object(to.slot(), x == null ? value : x);
    };
  }

  static @Nullable Transform compile(Step.MissingIndicator step, CompileScope scope) {
    List<String> out = Places.outOf(step, scope);
    if (out == null) {
      return null;
    }
    List<Column> from = new ArrayList<>();
    for (String name : step.in()) {
      Column column = scope.read(name);
      if (column == null) {
        scope.writeBroken(out);
        return null;
      }
      from.add(column);
    }
    List<Column> to = new ArrayList<>();
    for (String name : out) {
      to.add(scope.write(name, new ColumnType.Number(false)));
    }
    return frame -> {
      for (int i = 0; i < from.size(); i++) {
        Column column = from.get(i);
        boolean missing =
            column.type() instanceof ColumnType.Scalar
                ? Double.isNaN(frame.number(column.slot()))
                : frame.object(column.slot()) == null;
        frame.number(to.get(i).slot(), missing ? 1 : 0);
      }
    };
  }
}
