package io.slipway.pipeline.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the syntax of Python's `re` for text (version 3.11). What needs backtracking is refused:
/// references back, lookahead and lookbehind, conditions, atomic groups, possessive repetition; and
/// `\N{name}`, which Python and Java may know differently.
final class RegexParser {
  private static final int MAX_LENGTH = 10_000;
  private static final int MAX_DEPTH = 100;
  private static final int MAX_REPEAT = 1_000;

  /// @param dotAll whether `.` matches a line feed
  private record Flags(
      boolean ignoreCase, boolean multiline, boolean dotAll, boolean ascii, boolean verbose) {
    static final Flags NONE = new Flags(false, false, false, false, false);

    Flags with(int letter, boolean on) {
      return switch (letter) {
        case 'i' -> new Flags(on, multiline, dotAll, ascii, verbose);
        case 'm' -> new Flags(ignoreCase, on, dotAll, ascii, verbose);
        case 's' -> new Flags(ignoreCase, multiline, on, ascii, verbose);
        case 'a' -> new Flags(ignoreCase, multiline, dotAll, on, verbose);
        case 'u' -> new Flags(ignoreCase, multiline, dotAll, !on, verbose);
        case 'x' -> new Flags(ignoreCase, multiline, dotAll, ascii, on);
        default -> throw new BadPattern("unknown flag \"" + Character.toString(letter) + "\"");
      };
    }
  }

  /// @param groups how many groups capture
  /// @param names their numbers by name
  record Parsed(Regex regex, int groups, Map<String, Integer> names) {}

  private final int[] pattern;
  private int at;
  private int groups;
  private int depth;
  private final Map<String, Integer> names = new HashMap<>();
  private Flags flags = Flags.NONE;

  private RegexParser(String pattern) {
    this.pattern = pattern.codePoints().toArray();
  }

  /// @throws BadPattern where `pattern` is not valid or not supported
  static Parsed parse(String pattern) {
    if (pattern.length() > MAX_LENGTH) {
      throw new BadPattern("the pattern is longer than " + MAX_LENGTH + " characters");
    }
    RegexParser parser = new RegexParser(pattern);
    parser.leadingFlags();
    Regex regex = parser.choice();
    if (parser.at < parser.pattern.length) {
      throw parser.bad("unbalanced parenthesis");
    }
    return new Parsed(regex, parser.groups, Map.copyOf(parser.names));
  }

  private BadPattern bad(String message) {
    return new BadPattern(message + " at position " + at);
  }

  private int peek() {
    return at < pattern.length ? pattern[at] : -1;
  }

  private boolean accept(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (at + i >= pattern.length || pattern[at + i] != text.charAt(i)) {
        return false;
      }
    }
    at += text.length();
    return true;
  }

  /// Flags for the whole pattern, which stand before everything else: `(?is)`.
  private void leadingFlags() {
    int start = at;
    while (accept("(?")) {
      Flags read = flags;
      while (peek() >= 'a' && peek() <= 'z') {
        read = read.with(pattern[at++], true);
      }
      if (at == start + 2 || !accept(")")) {
        at = start;
        return;
      }
      flags = read;
      start = at;
    }
  }

  private Regex choice() {
    if (++depth > MAX_DEPTH) {
      throw bad("more than " + MAX_DEPTH + " groups inside each other");
    }
    List<Regex> options = new ArrayList<>();
    do {
      options.add(sequence());
    } while (accept("|"));
    depth--;
    return options.size() == 1 ? options.getFirst() : new Regex.Choice(List.copyOf(options));
  }

  private Regex sequence() {
    List<Regex> parts = new ArrayList<>();
    while (true) {
      skipVerbose();
      int c = peek();
      if (c == -1 || c == '|' || c == ')') {
        return parts.size() == 1 ? parts.getFirst() : new Regex.Sequence(List.copyOf(parts));
      }
      Regex item = item();
      if (item != null) {
        parts.add(repeated(item));
      }
    }
  }

  private void skipVerbose() {
    while (flags.verbose && at < pattern.length) {
      if (CodePoints.ASCII_SPACE.contains(peek())) {
        at++;
      } else if (peek() == '#') {
        while (at < pattern.length && peek() != '\n') {
          at++;
        }
      } else {
        return;
      }
    }
  }

  private Regex repeated(Regex item) {
    skipVerbose();
    int[] range = quantifier();
    if (range == null) {
      return item;
    }
    if (item instanceof Regex.At) {
      throw bad("nothing to repeat");
    }
    boolean lazy = accept("?");
    if (!lazy && peek() == '+') {
      throw bad("possessive repetition is not supported");
    }
    Regex repeat = new Regex.Repeat(item, range[0], range[1], lazy);
    skipVerbose();
    if (quantifier() != null) {
      throw bad("multiple repeat");
    }
    return repeat;
  }

  /// Reads `*`, `+`, `?`, `{2}`, `{2,}`, `{,3}` or `{2,3}`; null where there is none, as braces
  /// with anything else inside are characters.
  private int @Nullable [] quantifier() {
    switch (peek()) {
      case '*' -> {
        at++;
        return new int[] {0, -1};
      }
      case '+' -> {
        at++;
        return new int[] {1, -1};
      }
      case '?' -> {
        at++;
        return new int[] {0, 1};
      }
      case '{' -> {
        int start = at++;
        int min = count();
        int max = min;
        boolean range = accept(",");
        if (range) {
          max = count();
        }
        if (at == start + 1 || !accept("}")) {
          at = start;
          return null;
        }
        if (max >= 0 && max < min) {
          throw bad("min repeat greater than max repeat");
        }
        return new int[] {Math.max(min, 0), max};
      }
      default -> {
        return null;
      }
    }
  }

  /// A decimal number; -1 where there is none.
  private int count() {
    int number = -1;
    while (peek() >= '0' && peek() <= '9') {
      number = Math.max(number, 0) * 10 + (pattern[at++] - '0');
      if (number > MAX_REPEAT) {
        throw bad("more than " + MAX_REPEAT + " repetitions");
      }
    }
    return number;
  }

  /// One item; null where it was a comment.
  private @Nullable Regex item() {
    int c = pattern[at++];
    return switch (c) {
      case '(' -> group();
      case '[' -> one(set());
      case '\\' -> escape();
      case '.' ->
          new Regex.One(flags.dotAll ? CodePoints.ALL : CodePoints.ranges('\n', '\n').complement());
      case '^' -> new Regex.At(flags.multiline ? Regex.Place.LINE_START : Regex.Place.TEXT_START);
      case '$' -> new Regex.At(flags.multiline ? Regex.Place.LINE_END : Regex.Place.LAST_LINE_END);
      case '*', '+', '?' -> throw bad("nothing to repeat");
      case '{' -> {
        at--;
        if (quantifier() != null) {
          throw bad("nothing to repeat");
        }
        at++;
        yield one(folded(CodePoints.ranges(c, c)));
      }
      default -> one(folded(CodePoints.ranges(c, c)));
    };
  }

  private static Regex one(CodePoints set) {
    return new Regex.One(set);
  }

  private CodePoints folded(CodePoints set) {
    if (!flags.ignoreCase) {
      return set;
    }
    return flags.ascii ? set.ignoringAsciiCase() : set.ignoringCase();
  }

  private @Nullable Regex group() {
    if (!accept("?")) {
      return capturing();
    }
    if (accept(":")) {
      return close(choice());
    }
    if (accept("P<")) {
      String name = until('>');
      if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || names.put(name, groups + 1) != null) {
        throw bad("bad or repeated group name \"" + name + "\"");
      }
      return capturing();
    }
    if (accept("#")) {
      until(')');
      return null;
    }
    return switch (peek()) {
      case '=', '!', '<' -> throw bad("lookahead and lookbehind are not supported");
      case 'P' -> throw bad("references back to a group are not supported");
      case '(' -> throw bad("conditions are not supported");
      case '>' -> throw bad("atomic groups are not supported");
      default -> flagged();
    };
  }

  private Regex capturing() {
    int index = ++groups;
    return new Regex.Group(index, close(choice()));
  }

  private Regex close(Regex regex) {
    if (!accept(")")) {
      throw bad("missing )");
    }
    return regex;
  }

  private String until(char end) {
    int start = at;
    while (peek() != end) {
      if (peek() == -1) {
        throw bad("missing " + end);
      }
      at++;
    }
    return new String(pattern, start, at++ - start);
  }

  /// A group with flags of its own: `(?i:…)`, `(?s-i:…)`.
  private Regex flagged() {
    Flags outer = flags;
    Flags inner = flags;
    boolean on = true;
    while (!accept(":")) {
      int letter = peek();
      at++;
      if (letter == ')' || letter == -1) {
        throw bad("flags for the whole pattern must stand at its start");
      } else if (letter == '-' && on) {
        on = false;
      } else if (!on && (letter == 'a' || letter == 'u')) {
        throw bad("flags a and u can't be turned off");
      } else {
        inner = inner.with(letter, on);
      }
    }
    flags = inner;
    Regex regex = close(choice());
    flags = outer;
    return regex;
  }

  /// What follows a backslash outside of a set.
  private Regex escape() {
    int c = peek();
    Regex.Place place =
        switch (c) {
          case 'A' -> Regex.Place.TEXT_START;
          case 'Z' -> Regex.Place.TEXT_END;
          case 'b' -> flags.ascii ? Regex.Place.ASCII_WORD_EDGE : Regex.Place.WORD_EDGE;
          case 'B' -> flags.ascii ? Regex.Place.NO_ASCII_WORD_EDGE : Regex.Place.NO_WORD_EDGE;
          default -> null;
        };
    if (place != null) {
      at++;
      return new Regex.At(place);
    }
    CodePoints category = category();
    if (category != null) {
      return one(category);
    }
    if (c >= '1' && c <= '9' && !isOctal(3)) {
      throw bad("references back to a group are not supported");
    }
    int character = character();
    return one(folded(CodePoints.ranges(character, character)));
  }

  /// `\d`, `\D`, `\s`, `\S`, `\w`, `\W`, the backslash being read; null where it is another escape.
  private @Nullable CodePoints category() {
    CodePoints set =
        switch (peek() | 0x20) {
          case 'd' -> flags.ascii ? CodePoints.ASCII_DIGIT : CodePoints.digit();
          case 's' -> flags.ascii ? CodePoints.ASCII_SPACE : CodePoints.SPACE;
          case 'w' -> flags.ascii ? CodePoints.ASCII_WORD : CodePoints.word();
          default -> null;
        };
    if (set == null) {
      return null;
    }
    return pattern[at++] < 'a' ? set.complement() : set;
  }

  private boolean isOctal(int digits) {
    for (int i = 0; i < digits; i++) {
      if (at + i >= pattern.length || pattern[at + i] < '0' || pattern[at + i] > '7') {
        return false;
      }
    }
    return true;
  }

  /// The single character that an escape stands for, the backslash being read.
  private int character() {
    int c = peek();
    at++;
    return switch (c) {
      case 'a' -> 7;
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 0x0b;
      case 'x' -> hex(2);
      case 'u' -> hex(4);
      case 'U' -> hex(8);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        at--;
        yield octal();
      }
      case -1 -> throw bad("bad escape (end of pattern)");
      default -> {
        if (c < 128 && Character.isLetterOrDigit(c)) {
          throw bad("bad escape \\" + (char) c);
        }
        yield c;
      }
    };
  }

  private int octal() {
    int value = 0;
    for (int i = 0; i < 3 && isOctal(1); i++) {
      value = value * 8 + (pattern[at++] - '0');
    }
    if (value > 0377) {
      throw bad("octal escape outside of range 0-0o377");
    }
    return value;
  }

  private int hex(int digits) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = peek() < 128 ? Character.digit(peek(), 16) : -1;
      if (digit < 0) {
        throw bad("incomplete escape");
      }
      value = value * 16 + digit;
      at++;
    }
    if (value > Character.MAX_CODE_POINT) {
      throw bad("no such character");
    }
    return (int) value;
  }

  /// What follows `[`.
  private CodePoints set() {
    boolean negated = accept("^");
    List<CodePoints> characters = new ArrayList<>();
    List<CodePoints> categories = new ArrayList<>();
    int start = at;
    while (peek() != ']' || at == start) {
      int first = member(categories);
      if (peek() == '-' && at + 1 < pattern.length && pattern[at + 1] != ']') {
        at++;
        int last = member(categories);
        if (first < 0 || last < first) {
          throw bad("bad character range");
        }
        characters.add(CodePoints.ranges(first, last));
      } else if (first >= 0) {
        characters.add(CodePoints.ranges(first, first));
      }
    }
    at++;
    categories.add(folded(characters.isEmpty() ? CodePoints.NONE : CodePoints.union(characters)));
    CodePoints set = CodePoints.union(categories);
    return negated ? set.complement() : set;
  }

  /// One character of a set; -1 where it was a category, which is added to `categories`.
  private int member(List<CodePoints> categories) {
    int c = peek();
    if (c == -1) {
      throw bad("unterminated character set");
    }
    at++;
    if (c != '\\') {
      return c;
    }
    CodePoints category = category();
    if (category != null) {
      categories.add(category);
      return -1;
    }
    if (accept("b")) {
      return '\b';
    }
    return character();
  }
}
