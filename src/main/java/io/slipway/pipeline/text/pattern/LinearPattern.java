package io.slipway.pipeline.text.pattern;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A regular expression with the syntax, priorities and character classes of Python's `re` on text,
/// but without backtracking: finding all matches takes time proportional to the length of the text
/// times the size of the pattern. Immutable.
///
/// After Frisch and Cardelli, "Greedy regular expression matching" (2004): a backward sweep over
/// the text finds for each position which instructions can still reach a match; the forward pass
/// then takes the preferred one of these and never backtracks. The sweep is stored for one block of
/// the text at a time, and restarts from the state stored at the end of the block.
///
/// (An engine that simulates the automaton forward needs linear time for one match but quadratic
/// time for all, as it may look ahead again and again.)
public final class LinearPattern {
  /// The number of characters in a block.
  private static final int BLOCK = 2048;

  private static final String DEFAULT_TOKENS = "\\b\\w\\w+\\b";

  /// Receives the matches in order.
  @FunctionalInterface
  public interface Found {
    /// @param places start and end of the match, then of each group; -1 where a group did not take
    ///           part. Reused for the next match.
    void match(int[] places);
  }

  private final RegexParser.Parsed parsed;
  private final RegexProgram program;
  private final Sweep sweep;

  /// For a pattern that matches maximal runs of characters of a set (at least `minRun`; single
  /// characters where that is 0): the set. Otherwise null.
  private final @Nullable CodePoints runs;

  private final int minRun;

  private LinearPattern(RegexParser.Parsed parsed) {
    this.parsed = parsed;
    this.program = RegexProgram.of(parsed);
    this.sweep = new Sweep(program);
    Regex regex = parsed.regex();
    if (regex instanceof Regex.Repeat(Regex.One(CodePoints of), int min, int max, boolean lazy)
        && max < 0
        && min > 0
        && !lazy) {
      this.runs = of;
      this.minRun = min;
    } else {
      this.runs = regex instanceof Regex.One(CodePoints of) ? of : null;
      this.minRun = 0;
    }
  }

  /// @throws BadPattern where `pattern` is not valid, or needs backtracking
  public static LinearPattern of(String pattern) {
    // The prefix has no effect, and the plain pattern is faster.
    String plain = pattern.startsWith("(?u)") ? pattern.substring(4) : pattern;
    return new LinearPattern(RegexParser.parse(plain.equals(DEFAULT_TOKENS) ? "\\w{2,}" : pattern));
  }

  /// The number of capturing groups.
  public int groups() {
    return parsed.groups();
  }

  /// The number of the group `name`; -1 where there is none.
  int group(String name) {
    return parsed.names().getOrDefault(name, -1);
  }

  /// The number of matches, as in `len(re.findall(…))`.
  public int count(String text) {
    int[] count = new int[1];
    each(text, places -> count[0]++);
    return count[0];
  }

  /// Passes on all matches, as in `re.finditer`.
  public void each(String text, Found found) {
    if (runs == null) {
      new Search(text, found).run();
    } else if (minRun == 0) {
      eachOne(runs, text, found);
    } else {
      eachRun(runs, text, found);
    }
  }

  private static void eachOne(CodePoints set, String text, Found found) {
    int[] places = new int[2];
    for (int at = 0; at < text.length(); at = places[1]) {
      int c = text.codePointAt(at);
      places[0] = at;
      places[1] = at + Character.charCount(c);
      if (set.contains(c)) {
        found.match(places);
      }
    }
  }

  private void eachRun(CodePoints set, String text, Found found) {
    int[] places = new int[2];
    int length = 0;
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      if (set.contains(c)) {
        places[0] = length++ == 0 ? at : places[0];
      } else {
        places[1] = at;
        if (length >= minRun) {
          found.match(places);
        }
        length = 0;
      }
      at += Character.charCount(c);
    }
    places[1] = text.length();
    if (length >= minRun) {
      found.match(places);
    }
  }

  /// A search in one text.
  private final class Search {
    private final String text;
    private final Found found;
    private final int[] places = new int[2 * (program.groups() + 1)];

    /// The rows of the sweep from `blockStart` to `blockEnd`, both inclusive.
    private final long[] rows;

    private final long[] memory = sweep.memory();
    private int block;
    private int blockStart;
    private int blockEnd;

    /// The rows at the ends of all blocks, in order.
    private final long[] ends;

    Search(String text, Found found) {
      this.text = text;
      this.found = found;
      int blocks = Math.max(1, (text.length() + BLOCK - 1) / BLOCK);
      // A block may be one character longer, so that no surrogate pair is split.
      rows = new long[(Math.min(text.length(), BLOCK + 1) + 1) * sweep.words()];
      ends = new long[blocks * sweep.words()];
      sweepEnds(blocks);
    }

    private int end(int block) {
      int end = Math.min((block + 1) * BLOCK, text.length());
      boolean inside =
          end < text.length()
              && Character.isLowSurrogate(text.charAt(end))
              && Character.isHighSurrogate(text.charAt(end - 1));
      return inside ? end + 1 : end;
    }

    private void sweepEnds(int blocks) {
      sweep.last(text, ends, (blocks - 1) * sweep.words());
      for (int block = blocks - 1; block > 0; block--) {
        load(block);
        System.arraycopy(rows, 0, ends, (block - 1) * sweep.words(), sweep.words());
      }
      load(0);
    }

    private void load(int wanted) {
      block = wanted;
      blockStart = block == 0 ? 0 : end(block - 1);
      blockEnd = end(block);
      int words = sweep.words();
      System.arraycopy(ends, block * words, rows, (blockEnd - blockStart) * words, words);
      int at = blockEnd;
      while (at > blockStart) {
        int c = text.codePointBefore(at);
        int before = at - Character.charCount(c);
        sweep.step(
            text,
            before,
            c,
            rows,
            (at - blockStart) * words,
            (before - blockStart) * words,
            memory);
        at = before;
      }
    }

    /// Whether instruction `op` at position `at` can reach a match. Called with ascending
    /// positions.
    private boolean leads(int op, int at) {
      while (at > blockEnd) {
        load(block + 1);
      }
      return (rows[(at - blockStart) * sweep.words() + (op >> 6)] >>> op & 1) != 0;
    }

    void run() {
      int at = 0;
      int start = program.start();
      while (at <= text.length()) {
        if (leads(start, at)) {
          walk(start, at);
          found.match(places);
          at = places[1];
          // As in Python: no empty match directly after an empty match.
          start = places[0] == places[1] ? program.nonEmptyStart() : program.start();
        } else {
          at += at < text.length() ? Character.charCount(text.codePointAt(at)) : 1;
          start = program.start();
        }
      }
    }

    private void walk(int start, int from) {
      Arrays.fill(places, -1);
      places[0] = from;
      int at = from;
      int op = start;
      while (true) {
        switch (program.ops()[op]) {
          case RegexProgram.Op.Match m -> {
            places[1] = at;
            return;
          }
          case RegexProgram.Op.Take(CodePoints of, int next) -> {
            at += Character.charCount(text.codePointAt(at));
            op = next;
          }
          case RegexProgram.Op.Split(int first, int second) ->
              op = leads(first, at) ? first : second;
          case RegexProgram.Op.Save(int slot, int next) -> {
            places[slot] = at;
            op = next;
          }
          case RegexProgram.Op.Check(Regex.Anchor anchor, int next) -> op = next;
          case RegexProgram.Op.Fail f -> throw new IllegalStateException("dead end");
        }
      }
    }
  }
}
