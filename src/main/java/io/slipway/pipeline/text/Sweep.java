package io.slipway.pipeline.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The sweep of a [LinearPattern] from the end of a text to its start: from which instructions, at
/// each place, a match can be reached. A row is a bit set of instructions. Immutable.
final class Sweep {
  private final RegexProgram.Op[] ops;
  private final int[] order;
  private final int words;

  /// The row of a place from where no character can be taken, where there are no checks.
  private final long[] idle;

  private final boolean hasChecks;

  /// The characters with which a match can end.
  private final CodePoints last;

  Sweep(RegexProgram program) {
    ops = program.ops();
    order = program.sweep();
    words = (ops.length + 63) / 64;
    idle = new long[words];
    hasChecks = Arrays.stream(ops).anyMatch(RegexProgram.Op.Check.class::isInstance);
    if (!hasChecks) {
      last("", idle, 0);
    }
    List<CodePoints> ends = new ArrayList<>(List.of(CodePoints.NONE));
    for (RegexProgram.Op op : ops) {
      if (op instanceof RegexProgram.Op.Take(CodePoints of, int next) && has(idle, 0, next)) {
        ends.add(of);
      }
    }
    last = CodePoints.union(ends);
  }

  /// The length of a row.
  int words() {
    return words;
  }

  /// Writes the row of the end of `text` to `rows[to]`.
  void last(String text, long[] rows, int to) {
    step(text, text.length(), -1, rows, to, to);
  }

  /// Writes the row of the place `at`, where the character `c` follows (-1 at the end), to
  /// `rows[to]`; the row of the place behind `c` lies at `rows[from]`.
  void step(String text, int at, int c, long[] rows, int from, int to) {
    if (c >= 0 && !hasChecks && !last.contains(c) && isIdle(rows, from)) {
      System.arraycopy(idle, 0, rows, to, words);
      return;
    }
    for (int i = 0; i < words; i++) {
      rows[to + i] = 0;
    }
    for (int op : order) {
      boolean leads =
          switch (ops[op]) {
            case RegexProgram.Op.Fail f -> false;
            case RegexProgram.Op.Match m -> true;
            case RegexProgram.Op.Take(CodePoints of, int next) ->
                c >= 0 && has(rows, from, next) && of.contains(c);
            case RegexProgram.Op.Split(int first, int second) ->
                has(rows, to, first) || has(rows, to, second);
            case RegexProgram.Op.Save(int slot, int next) -> has(rows, to, next);
            case RegexProgram.Op.Check(Regex.Place place, int next) ->
                has(rows, to, next) && place.holds(text, at);
          };
      if (leads) {
        rows[to + (op >> 6)] |= 1L << op;
      }
    }
  }

  private boolean isIdle(long[] rows, int at) {
    for (int i = 0; i < words; i++) {
      if (rows[at + i] != idle[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean has(long[] rows, int at, int op) {
    return (rows[at + (op >> 6)] >>> op & 1) != 0;
  }
}
