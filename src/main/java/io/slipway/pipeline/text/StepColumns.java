package io.slipway.pipeline.text;

import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Transform;
import java.util.HashSet;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Connects a step's function to its columns. Where anything does not fit, it still reads every
/// column, so that all findings are reported at once, and declares the step's outputs as broken.
final class StepColumns {
  private StepColumns() {}

  /// How a column of one type is read.
  ///
  /// @param check finds the column, or reports why it does not fit
  /// @param value reads a row's value from a slot
  record Source<T>(
      BiFunction<CompileScope, String, @Nullable Column> check,
      BiFunction<Frame, Integer, T> value) {}

  static final Source<String> TEXT = new Source<>(CompileScope::text, Frame::text);
  static final Source<List<String>> TOKENS =
      new Source<>(StepColumns::tokenColumn, StepColumns::tokens);

  private static @Nullable Column tokenColumn(CompileScope scope, String name) {
    Column column = scope.read(name);
    if (column == null || column.type() instanceof ColumnType.Tokens) {
      return column;
    }
    return scope.wrongType(column, "tokens");
  }

  @SuppressWarnings("unchecked")
  private static List<String> tokens(Frame frame, int slot) {
    Object tokens = frame.object(slot);
    if (tokens == null) {
      throw new IllegalStateException("slot " + slot + " is null");
    }
    return (List<String>) tokens;
  }

  /// Column by column, object to object; `work` is null where it could not be compiled.
  static <T> @Nullable Transform objects(
      Step step,
      CompileScope scope,
      Source<T> source,
      ColumnType written,
      @Nullable Function<T, ?> work) {
    int[] from = read(step, scope, source);
    int[] to = write(step, scope, written, from != null && work != null);
    if (from == null || to == null || work == null) {
      return null;
    }
    return frame -> {
      for (int i = 0; i < from.length; i++) {
        frame.object(to[i], work.apply(source.value.apply(frame, from[i])));
      }
    };
  }

  /// Column by column, text to number.
  static @Nullable Transform numbers(Step step, CompileScope scope, ToIntFunction<String> work) {
    int[] from = read(step, scope, TEXT);
    int[] to = write(step, scope, new ColumnType.Number(false), from != null);
    if (from == null || to == null) {
      return null;
    }
    return frame -> {
      for (int i = 0; i < from.length; i++) {
        frame.number(to[i], work.applyAsInt(frame.text(from[i])));
      }
    };
  }

  /// The slots of the columns that `step` reads; null where one does not fit.
  static int @Nullable [] read(Step step, CompileScope scope, Source<?> source) {
    int[] slots = new int[step.in().size()];
    boolean fits = slots.length > 0;
    if (!fits) {
      scope.finding("wrong_column_count", "the step reads no column");
    }
    for (int i = 0; i < slots.length; i++) {
      Column column = source.check.apply(scope, step.in().get(i));
      fits &= column != null;
      slots[i] = column == null ? -1 : column.slot();
    }
    return fits ? slots : null;
  }

  /// The slots of the columns that `step` writes, one per column that it reads; null where they do
  /// not fit, or where the step could not be compiled (`possible` is false).
  private static int @Nullable [] write(
      Step step, CompileScope scope, ColumnType written, boolean possible) {
    List<String> declared = step.out();
    List<String> names = declared == null ? step.in() : declared;
    if (!areDistinct(names, step.in().size(), scope) || !possible) {
      scope.writeBroken(names);
      return null;
    }
    return names.stream().mapToInt(name -> scope.write(name, written).slot()).toArray();
  }

  /// Whether `names` are `count` different columns; if not, adds a finding.
  static boolean areDistinct(List<String> names, int count, CompileScope scope) {
    if (names.size() != count) {
      scope.finding(
          "wrong_column_count",
          "the step writes " + count + " columns, and out names " + names.size());
      return false;
    }
    if (new HashSet<>(names).size() != count) {
      scope.finding("duplicate_column", "the step writes a column twice: " + names);
      return false;
    }
    return true;
  }
}
