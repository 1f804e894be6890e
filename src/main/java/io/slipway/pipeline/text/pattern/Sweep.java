package io.slipway.pipeline.text.pattern;

import java.util.Arrays;

/// The backward sweep of a [LinearPattern] over a text: computes for each position from which
/// instructions a match can be reached. A row is a bit set of instructions. Immutable.
final class Sweep {
  private static final int FAIL = 0;
  private static final int MATCH = 1;
  private static final int TAKE = 2;
  private static final int SPLIT = 3;
  private static final int SAVE = 4;
  private static final int CHECK = 5;

  /// The instructions in evaluation order, laid out for speed: number, kind, successors, and the
  /// characters or anchor of each.
  private final int[] ops;

  private final int[] kinds;
  private final int[] first;
  private final int[] second;
  private final CodePoints[] sets;
  private final Regex.Anchor[] places;

  private final int words;

  /// Whether a row depends only on the next character and the following row, and is a single word,
  /// so that it can be cached.
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

  /// A cache for one search: for each ASCII character the last following row and its result. No row
  /// is 0, as the end of a match always reaches a match.
  long[] memory() {
    return new long[remembers ? 256 : 0];
  }

  /// Writes the row for the end of `text` to `rows[to]`.
  void last(String text, long[] rows, int to) {
    compute(text, text.length(), -1, rows, to, to);
  }

  /// Writes the row for position `at`, followed by the character `c`, to `rows[to]`; the row after
  /// `c` is at `rows[from]`.
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
