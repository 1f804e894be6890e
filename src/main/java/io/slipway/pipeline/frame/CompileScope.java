package io.slipway.pipeline.frame;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;
import io.slipway.bundle.NumberList;
import io.slipway.bundle.TextList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The columns at one point of the steps, while these are checked and compiled. Steps read and
/// write columns through it. Errors become findings that name step and column, and compilation
/// continues, so that all findings are reported at once. Used by one thread for one compilation.
public final class CompileScope {
  private final Bundle bundle;
  private final List<Finding> findings;
  private final Map<String, Column> columns = new LinkedHashMap<>();

  /// Columns of steps that failed to compile: reading them gives no further finding.
  private final Set<String> broken = new HashSet<>();

  /// Columns that a step wrote and no step has read yet, with the place of writing.
  private final Map<String, String> unread = new LinkedHashMap<>();

  /// The columns written since the last [#at], in order.
  private final List<Column> declared = new ArrayList<>();

  /// The names of the columns read since the last [#at], in order.
  private final List<String> reads = new ArrayList<>();

  private String where = "bundle.json#/input";
  private int numbers;
  private int objects;

  /// @param findings receives the errors
  public CompileScope(Bundle bundle, List<Finding> findings) {
    this.bundle = bundle;
    this.findings = findings;
  }

  /// The bundle, for the files that a step names.
  public Bundle bundle() {
    return bundle;
  }

  /// Sets the place for further findings, such as `bundle.json#/preprocessing/3 (impute)`.
  public void at(String place) {
    where = place;
    declared.clear();
    reads.clear();
  }

  /// The columns that were declared since the last [#at], in order.
  public List<Column> declared() {
    return List.copyOf(declared);
  }

  /// The names of the columns that were read since the last [#at], in order.
  public List<String> reads() {
    return List.copyOf(reads);
  }

  /// Declares an input column; unlike the columns of steps, it may stay unused.
  public Column input(String name, ColumnType type) {
    Column column = place(name, type);
    columns.put(name, column);
    return column;
  }

  /// The column `name` for reading; null, with a finding, where it does not exist.
  public @Nullable Column read(String name) {
    Column column = columns.get(name);
    if (column == null) {
      if (!broken.contains(name)) {
        finding(
            "unknown_column",
            "there is no column \"" + name + "\" here; there are " + columns.keySet());
      }
      return null;
    }
    unread.remove(name);
    reads.add(name);
    return column;
  }

  /// The type of the column `name` without reading it; null where it does not exist.
  public @Nullable ColumnType typeOf(String name) {
    Column column = columns.get(name);
    return column == null ? null : column.type();
  }

  /// The column `name` as an operand of arithmetic: a number or integer that is not null; otherwise
  /// null, with a finding.
  public @Nullable Column number(String name) {
    Column column = read(name);
    if (column == null) {
      return null;
    }
    return switch (column.type()) {
      case ColumnType.Number(boolean nullable) when !nullable -> column;
      case ColumnType.Whole(boolean nullable) when !nullable -> column;
      case ColumnType.Number n -> nullRefused(column, "number");
      case ColumnType.Whole i -> nullRefused(column, "number");
      default -> wrongType(column, "a number");
    };
  }

  /// The column `name` as a text that is not null; otherwise null, with a finding.
  public @Nullable Column text(String name) {
    Column column = read(name);
    if (column == null) {
      return null;
    }
    return switch (column.type()) {
      case ColumnType.Text(boolean nullable) when !nullable -> column;
      case ColumnType.Category(boolean nullable) when !nullable -> column;
      case ColumnType.Text t -> nullRefused(column, "impute");
      case ColumnType.Category c -> nullRefused(column, "impute");
      default -> wrongType(column, "a text");
    };
  }

  private @Nullable Column nullRefused(Column column, String remedy) {
    finding(
        "nullable_column",
        "the column \""
            + column.name()
            + "\" may be null here; put a step \""
            + remedy
            + "\" before");
    return null;
  }

  /// Adds the finding that `column` is not `expected`.
  public @Nullable Column wrongType(Column column, String expected) {
    finding(
        "wrong_column_type",
        "the column \""
            + column.name()
            + "\" is "
            + describe(column.type())
            + "; expected "
            + expected);
    return null;
  }

  /// Declares that the current step writes `name`, replacing a column of that name.
  public Column write(String name, ColumnType type) {
    Column column = place(name, type);
    columns.put(name, column);
    broken.remove(name);
    unread.put(name, where);
    return column;
  }

  /// Declares the columns of a step that failed to compile.
  public void writeBroken(List<String> names) {
    for (String name : names) {
      columns.remove(name);
      broken.add(name);
      unread.remove(name);
    }
  }

  /// The entries of `list`, from its file where it names one; null, with a finding, where that
  /// cannot be read.
  public @Nullable List<String> texts(TextList list) {
    return found(() -> ListReader.texts(bundle, list));
  }

  /// As [#texts].
  public double @Nullable [] numbers(NumberList list) {
    return found(() -> ListReader.numbers(bundle, list));
  }

  private <T> @Nullable T found(Supplier<T> read) {
    try {
      return read.get();
    } catch (InvalidBundle e) {
      e.findings().forEach(f -> finding(f.code(), f.message()));
      return null;
    }
  }

  /// Adds a finding about the current step.
  public void finding(String code, String message) {
    findings.add(new Finding(code, where, message));
  }

  /// Adds a finding for every column that a step wrote and no step read.
  public void reportUnread() {
    unread.forEach(
        (name, place) ->
            findings.add(
                new Finding(
                    "unused_column",
                    place,
                    "the column \"" + name + "\" is written and never read")));
  }

  /// The shape of a frame with all declared columns.
  public Frame.Shape shape() {
    return new Frame.Shape(numbers, objects);
  }

  private Column place(String name, ColumnType type) {
    Column column =
        new Column(name, type, type instanceof ColumnType.Scalar ? numbers++ : objects++);
    declared.add(column);
    return column;
  }

  private static String describe(ColumnType type) {
    return (type.nullable() ? "a nullable " : "of type ")
        + type.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
  }
}
