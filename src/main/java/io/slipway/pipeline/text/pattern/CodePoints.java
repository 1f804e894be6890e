package io.slipway.pipeline.text.pattern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/// An immutable set of code points, as a character class of a pattern.
public final class CodePoints {
  static final CodePoints ALL = ranges(0, Character.MAX_CODE_POINT);
  static final CodePoints NONE = ranges();
  static final CodePoints ASCII_WORD = ranges('0', '9', 'A', 'Z', '_', '_', 'a', 'z');
  static final CodePoints ASCII_DIGIT = ranges('0', '9');
  static final CodePoints ASCII_SPACE = ranges('\t', '\r', ' ', ' ');

  /// Python's `\s`, `str.isspace`.
  public static final CodePoints SPACE =
      ranges(
          '\t', '\r', 0x1c, ' ', 0x85, 0x85, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028,
          0x2029, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000);

  /// First and last code point of each range, in ascending order.
  private final int[] bounds;

  /// Bit sets for 0 to 63 and 64 to 127.
  private final long low;

  private final long high;

  private CodePoints(int[] bounds) {
    this.bounds = bounds;
    long[] ascii = new long[2];
    for (int c = 0; c < 128; c++) {
      if (search(c)) {
        ascii[c >> 6] |= 1L << c;
      }
    }
    low = ascii[0];
    high = ascii[1];
  }

  /// The ranges given by `bounds`, in ascending order and not adjacent.
  public static CodePoints ranges(int... bounds) {
    return new CodePoints(bounds);
  }

  static CodePoints where(IntPredicate member) {
    int[] bounds = new int[64];
    int size = 0;
    boolean inside = false;
    for (int c = 0; c <= Character.MAX_CODE_POINT + 1; c++) {
      boolean now = c <= Character.MAX_CODE_POINT && member.test(c);
      if (now != inside) {
        bounds = size == bounds.length ? Arrays.copyOf(bounds, 2 * size) : bounds;
        bounds[size++] = now ? c : c - 1;
        inside = now;
      }
    }
    return new CodePoints(Arrays.copyOf(bounds, size));
  }

  /// Python's `\w`: letters, digits and other numbers of every script, and `_`.
  public static CodePoints word() {
    return Unicode.WORD;
  }

  /// Python's `\d`: the decimal digits of every script.
  public static CodePoints digit() {
    return Unicode.DIGIT;
  }

  /// Whether Python's `\w` matches `c`.
  public static boolean isWord(int c) {
    if (c < 128) {
      return ASCII_WORD.contains(c);
    }
    return switch (Character.getType(c)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER,
          Character.DECIMAL_DIGIT_NUMBER,
          Character.LETTER_NUMBER,
          Character.OTHER_NUMBER ->
          true;
      default -> false;
    };
  }

  public boolean contains(int c) {
    if (c < 128) {
      return ((c < 64 ? low : high) >>> c & 1) != 0;
    }
    return search(c);
  }

  private boolean search(int c) {
    int at = Arrays.binarySearch(bounds, c);
    // Not a bound itself: inside where the number of bounds before it is odd.
    return at >= 0 || (-at - 1) % 2 == 1;
  }

  CodePoints complement() {
    int[] result = new int[bounds.length + 2];
    int size = 0;
    int from = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      if (bounds[i] > from) {
        result[size++] = from;
        result[size++] = bounds[i] - 1;
      }
      from = bounds[i + 1] + 1;
    }
    if (from <= Character.MAX_CODE_POINT) {
      result[size++] = from;
      result[size++] = Character.MAX_CODE_POINT;
    }
    return new CodePoints(Arrays.copyOf(result, size));
  }

  static CodePoints union(List<CodePoints> sets) {
    if (sets.size() == 1) {
      return sets.getFirst();
    }
    TreeMap<Integer, Integer> lastByFirst = new TreeMap<>();
    for (CodePoints set : sets) {
      for (int i = 0; i < set.bounds.length; i += 2) {
        lastByFirst.merge(set.bounds[i], set.bounds[i + 1], Math::max);
      }
    }
    int[] result = new int[2 * lastByFirst.size()];
    int size = 0;
    for (Map.Entry<Integer, Integer> range : lastByFirst.entrySet()) {
      if (size > 0 && range.getKey() <= result[size - 1] + 1) {
        result[size - 1] = Math.max(result[size - 1], range.getValue());
      } else {
        result[size++] = range.getKey();
        result[size++] = range.getValue();
      }
    }
    return new CodePoints(Arrays.copyOf(result, size));
  }

  /// This set with the characters that Python's `re.IGNORECASE` treats as equal: those with the
  /// same simple lower case, and those whose lower cases have the same upper case (`k` and the
  /// Kelvin sign, `s` and `ſ`, `i` and `ı`).
  CodePoints ignoringCase() {
    Set<Integer> lower = new HashSet<>();
    for (int c : Unicode.CASED) {
      if (contains(c)) {
        int folded = Character.toLowerCase(c);
        lower.add(folded);
        lower.addAll(Unicode.ALSO.getOrDefault(folded, List.of()));
      }
    }
    List<CodePoints> sets = new ArrayList<>(List.of(this));
    for (int c : Unicode.CASED) {
      if (lower.contains(Character.toLowerCase(c)) && !contains(c)) {
        sets.add(ranges(c, c));
      }
    }
    return union(sets);
  }

  /// This set with the other case of its ASCII letters.
  CodePoints ignoringAsciiCase() {
    List<CodePoints> sets = new ArrayList<>(List.of(this));
    for (int c = 'a'; c <= 'z'; c++) {
      if (contains(c) || contains(c - 32)) {
        sets.add(ranges(c - 32, c - 32));
        sets.add(ranges(c, c));
      }
    }
    return union(sets);
  }

  /// Tables over all code points, created at their first use.
  private static final class Unicode {
    static final CodePoints WORD = where(CodePoints::isWord);
    static final CodePoints DIGIT =
        where(c -> Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER);

    /// For lower-case characters, the others with the same upper case.
    static final Map<Integer, List<Integer>> ALSO = new HashMap<>();

    /// Every character that [#ignoringCase] can add.
    static final int[] CASED;

    static {
      Map<String, List<Integer>> byUpper = new HashMap<>();
      Set<Integer> cased = new HashSet<>();
      for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
        int lower = Character.toLowerCase(c);
        if (lower != c) {
          cased.add(c);
          cased.add(lower);
        } else {
          String text = Character.toString(c);
          String upper = text.toUpperCase(Locale.ROOT);
          if (!upper.equals(text)) {
            byUpper.computeIfAbsent(upper, key -> new ArrayList<>()).add(c);
          }
        }
      }
      for (List<Integer> same : byUpper.values()) {
        if (same.size() > 1) {
          for (int c : same) {
            cased.add(c);
            ALSO.put(c, same.stream().filter(other -> other != c).toList());
          }
        }
      }
      CASED = cased.stream().mapToInt(Integer::intValue).sorted().toArray();
    }
  }
}
