package io.slipway.pipeline.text.pattern;

import java.util.Arrays;

/// The sweep of a [LinearPattern] from the end of a text to its start: from which instructions, at
/// each place, a match can be reached. A row is a bit set of instructions. Immutable.
final class Sweep {
  private static final int FAIL = 0;
  private static final int MATCH = 1;
  private static final int TAKE = 2;
  private static final int SPLIT = 3;
  private static final int SAVE = 4;
  private static final int CHECK = 5;

  /// The instructions in the order in which they are looked at, laid out for speed: the number of
  /// each, its kind, where it leads, and what it takes or checks.
  private final int[] ops;

  private final int[] kinds;
  private final int[] first;
  private final int[] second;
  private final CodePoints[] sets;
  private final Regex.Anchor[] places;

  private final int words;

  /// Whether a row depends on nothing but the next character and the row behind it, and is one
  /// word, so that it can be remembered.
  private final boolean remembers;

  Sweep(RegexProgram program) {
    int count = program.ops().length;
    ops = program.sweep();
    kinds = new int[count];
    first = new int[count];
    second = new int[count];
    sets = new CodePoints[count];
    places = new Regex.Anchor[count];
    Arrays.fill(sets, CodePoints.NONE);
    Arrays.fill(places, Regex.Anchor.TEXT_END);
    for (int i = 0; i < count; i++) {
      kinds[i] =
          switch (program.ops()[ops[i]]) {
            case RegexProgram.Op.Fail f -> FAIL;
            case RegexProgram.Op.Match m -> MATCH;
            case RegexProgram.Op.Take(CodePoints of, int next) -> {
              sets[i] = of;
              first[i] = next;
              yield TAKE;
            }
            case RegexProgram.Op.Split(int one, int other) -> {
              first[i] = one;
              second[i] = other;
              yield SPLIT;
            }
            case RegexProgram.Op.Save(int slot, int next) -> {
              first[i] = next;
              yield SAVE;
            }
            case RegexProgram.Op.Check(Regex.Anchor anchor, int next) -> {
              places[i] = anchor;
              first[i] = next;
              yield CHECK;
            }
          };
    }
    words = (count + 63) / 64;
    remembers = words == 1 && Arrays.stream(kinds).noneMatch(kind -> kind == CHECK);
  }

  /// The length of a row.
  int words() {
    return words;
  }

  /// What one walk remembers: for each ASCII character the last row behind it and the row that came
  /// of it. No row is 0, as the end of a match always leads to a match.
  long[] memory() {
    return new long[remembers ? 256 : 0];
  }

  /// Writes the row of the end of `text` to `rows[to]`.
  void last(String text, long[] rows, int to) {
    compute(text, text.length(), -1, rows, to, to);
  }

  /// Writes the row of the place `at`, where the character `c` follows, to `rows[to]`; the row of
  /// the place behind `c` lies at `rows[from]`.
  void step(String text, int at, int c, long[] rows, int from, int to, long[] memory) {
    if (!remembers || c >= 128) {
      compute(text, at, c, rows, from, to);
    } else if (memory[2 * c] == rows[from]) {
      rows[to] = memory[2 * c + 1];
    } else {
      compute(text, at, c, rows, from, to);
      memory[2 * c] = rows[from];
      memory[2 * c + 1] = rows[to];
    }
  }

  private void compute(String text, int at, int c, long[] rows, int from, int to) {
    for (int i = 0; i < words; i++) {
      rows[to + i] = 0;
    }
    for (int i = 0; i < ops.length; i++) {
      boolean leads =
          switch (kinds[i]) {
            case MATCH -> true;
            case TAKE -> c >= 0 && has(rows, from, first[i]) && sets[i].contains(c);
            case SPLIT -> has(rows, to, first[i]) || has(rows, to, second[i]);
            case SAVE -> has(rows, to, first[i]);
            case CHECK -> has(rows, to, first[i]) && places[i].holds(text, at);
            default -> false;
          };
      if (leads) {
        rows[to + (ops[i] >> 6)] |= 1L << ops[i];
      }
    }
  }

  private static boolean has(long[] rows, int at, int op) {
    return (rows[at + (op >> 6)] >>> op & 1) != 0;
  }
}
