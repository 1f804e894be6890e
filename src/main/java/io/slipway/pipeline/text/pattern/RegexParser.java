package io.slipway.pipeline.text.pattern;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Parses the syntax of Python's `re` for text (version 3.11). Refuses features that need
/// backtracking: backreferences, lookahead and lookbehind, conditions, atomic groups, possessive
/// repetition; and `\N{name}`, whose names may differ between Python and Java.
final class RegexParser {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_REPEAT = 1_000;

  /// @param groups the number of capturing groups
  /// @param names group numbers by name
  record Parsed(Regex regex, int groups, Map<String, Integer> names) {}

  private final PatternReader in;
  private int groups;
  private int depth;
  private final Map<String, Integer> names = new HashMap<>();
  private Flags flags = Flags.NONE;

  private RegexParser(String pattern) {
    this.in = new PatternReader(pattern);
  }

  /// @throws BadPattern where `pattern` is not valid or not supported
  static Parsed parse(String pattern) {
    RegexParser parser = new RegexParser(pattern);
    parser.leadingFlags();
    Regex regex = parser.choice();
    if (!parser.in.atEnd()) {
      throw parser.in.bad("unbalanced parenthesis");
    }
    return new Parsed(regex, parser.groups, Map.copyOf(parser.names));
  }

  /// Parses flags for the whole pattern at its start: `(?is)`.
  private void leadingFlags() {
    int start = in.at();
    while (in.accept("(?")) {
      Flags read = flags;
      while (in.peek() >= 'a' && in.peek() <= 'z') {
        read = read.with(in.next(), true);
      }
      if (in.at() == start + 2 || !in.accept(")")) {
        in.at(start);
        return;
      }
      flags = read;
      start = in.at();
    }
  }

  private Regex choice() {
    if (++depth > MAX_DEPTH) {
      throw in.bad("more than " + MAX_DEPTH + " groups inside each other");
    }
    List<Regex> options = new ArrayList<>();
    do {
      options.add(sequence());
    } while (in.accept("|"));
    depth--;
    return options.size() == 1 ? options.getFirst() : new Regex.Choice(List.copyOf(options));
  }

  private Regex sequence() {
    List<Regex> parts = new ArrayList<>();
    while (true) {
      skipVerbose();
      int c = in.peek();
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
    while (flags.verbose() && !in.atEnd()) {
      if (CodePoints.ASCII_SPACE.contains(in.peek())) {
        in.next();
      } else if (in.peek() == '#') {
        while (!in.atEnd() && in.peek() != '\n') {
          in.next();
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
      throw in.bad("nothing to repeat");
    }
    boolean lazy = in.accept("?");
    if (!lazy && in.peek() == '+') {
      throw in.bad("possessive repetition is not supported");
    }
    Regex repeat = new Regex.Repeat(item, range[0], range[1], lazy);
    skipVerbose();
    if (quantifier() != null) {
      throw in.bad("multiple repeat");
    }
    return repeat;
  }

  /// Parses `*`, `+`, `?`, `{2}`, `{2,}`, `{,3}` or `{2,3}`; null where there is none: braces with
  /// any other content are literal.
  private int @Nullable [] quantifier() {
    switch (in.peek()) {
      case '*' -> {
        in.next();
        return new int[] {0, -1};
      }
      case '+' -> {
        in.next();
        return new int[] {1, -1};
      }
      case '?' -> {
        in.next();
        return new int[] {0, 1};
      }
      case '{' -> {
        int start = in.at();
        in.next();
        int min = count();
        int max = min;
        boolean range = in.accept(",");
        if (range) {
          max = count();
        }
        if (in.at() == start + 1 || !in.accept("}")) {
          in.at(start);
          return null;
        }
        if (max >= 0 && max < min) {
          throw in.bad("min repeat greater than max repeat");
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
    while (in.peek() >= '0' && in.peek() <= '9') {
      number = Math.max(number, 0) * 10 + (in.next() - '0');
      if (number > MAX_REPEAT) {
        throw in.bad("more than " + MAX_REPEAT + " repetitions");
      }
    }
    return number;
  }

  /// Parses one item; null where it was a comment.
  private @Nullable Regex item() {
    int c = in.next();
    return switch (c) {
      case '(' -> group();
      case '[' -> one(set());
      case '\\' -> escape();
      case '.' ->
          new Regex.One(
              flags.dotAll() ? CodePoints.ALL : CodePoints.ranges('\n', '\n').complement());
      case '^' ->
          new Regex.At(flags.multiline() ? Regex.Anchor.LINE_START : Regex.Anchor.TEXT_START);
      case '$' ->
          new Regex.At(flags.multiline() ? Regex.Anchor.LINE_END : Regex.Anchor.LAST_LINE_END);
      case '*', '+', '?' -> throw in.bad("nothing to repeat");
      case '{' -> {
        in.at(in.at() - 1);
        if (quantifier() != null) {
          throw in.bad("nothing to repeat");
        }
        in.next();
        yield one(flags.folded(CodePoints.ranges(c, c)));
      }
      default -> one(flags.folded(CodePoints.ranges(c, c)));
    };
  }

  private static Regex one(CodePoints set) {
    return new Regex.One(set);
  }

  private @Nullable Regex group() {
    if (!in.accept("?")) {
      return capturing();
    }
    if (in.accept(":")) {
      return plain();
    }
    if (in.accept("P<")) {
      String name = in.until('>');
      if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || names.put(name, groups + 1) != null) {
        throw in.bad("bad or repeated group name \"" + name + "\"");
      }
      return capturing();
    }
    if (in.accept("#")) {
      in.until(')');
      return null;
    }
    return switch (in.peek()) {
      case '=', '!', '<' -> throw in.bad("lookahead and lookbehind are not supported");
      case 'P' -> throw in.bad("references back to a group are not supported");
      case '(' -> throw in.bad("conditions are not supported");
      case '>' -> throw in.bad("atomic groups are not supported");
      default -> flagged();
    };
  }

  private Regex capturing() {
    int index = ++groups;
    return new Regex.Group(index, close(choice()));
  }

  /// Parses a non-capturing group. An anchor in a group may be repeated, unlike an anchor alone.
  private Regex plain() {
    Regex regex = close(choice());
    return regex instanceof Regex.At ? new Regex.Sequence(List.of(regex)) : regex;
  }

  private Regex close(Regex regex) {
    if (!in.accept(")")) {
      throw in.bad("missing )");
    }
    return regex;
  }

  /// Parses a group with its own flags: `(?i:…)`, `(?s-i:…)`.
  private Regex flagged() {
    Flags outer = flags;
    Flags inner = flags;
    boolean on = true;
    while (!in.accept(":")) {
      int letter = in.peek();
      in.next();
      if (letter == ')' || letter == -1) {
        throw in.bad("flags for the whole pattern must be at its start");
      } else if (letter == '-' && on) {
        on = false;
      } else if (!on && (letter == 'a' || letter == 'u')) {
        throw in.bad("flags a and u cannot be turned off");
      } else {
        inner = inner.with(letter, on);
      }
    }
    flags = inner;
    Regex regex = plain();
    flags = outer;
    return regex;
  }

  /// Parses what follows a backslash outside of a set.
  private Regex escape() {
    int c = in.peek();
    Regex.Anchor anchor =
        switch (c) {
          case 'A' -> Regex.Anchor.TEXT_START;
          case 'Z' -> Regex.Anchor.TEXT_END;
          case 'b' -> flags.ascii() ? Regex.Anchor.ASCII_WORD_EDGE : Regex.Anchor.WORD_EDGE;
          case 'B' -> flags.ascii() ? Regex.Anchor.NO_ASCII_WORD_EDGE : Regex.Anchor.NO_WORD_EDGE;
          default -> null;
        };
    if (anchor != null) {
      in.next();
      return new Regex.At(anchor);
    }
    CodePoints category = category();
    if (category != null) {
      return one(category);
    }
    if (c >= '1' && c <= '9' && !in.isOctal(3)) {
      throw in.bad("references back to a group are not supported");
    }
    int character = in.character();
    return one(flags.folded(CodePoints.ranges(character, character)));
  }

  /// Parses `\d`, `\D`, `\s`, `\S`, `\w`, `\W` after the backslash; null where it is another
  /// escape.
  private @Nullable CodePoints category() {
    CodePoints set =
        switch (in.peek() | 0x20) {
          case 'd' -> flags.ascii() ? CodePoints.ASCII_DIGIT : CodePoints.digit();
          case 's' -> flags.ascii() ? CodePoints.ASCII_SPACE : CodePoints.SPACE;
          case 'w' -> flags.ascii() ? CodePoints.ASCII_WORD : CodePoints.word();
          default -> null;
        };
    if (set == null) {
      return null;
    }
    return in.next() < 'a' ? set.complement() : set;
  }

  /// Parses a set after its `[`.
  private CodePoints set() {
    boolean negated = in.accept("^");
    List<CodePoints> characters = new ArrayList<>();
    List<CodePoints> categories = new ArrayList<>();
    int start = in.at();
    while (in.peek() != ']' || in.at() == start) {
      int first = member(categories);
      if (isRange()) {
        in.next();
        int last = member(categories);
        if (first < 0 || last < first) {
          throw in.bad("bad character range");
        }
        characters.add(CodePoints.ranges(first, last));
      } else if (first >= 0) {
        characters.add(CodePoints.ranges(first, first));
      }
    }
    in.next();
    categories.add(
        flags.folded(characters.isEmpty() ? CodePoints.NONE : CodePoints.union(characters)));
    CodePoints set = CodePoints.union(categories);
    return negated ? set.complement() : set;
  }

  /// Whether a `-` is next that is not the last character of its set.
  private boolean isRange() {
    int start = in.at();
    boolean range = in.accept("-") && in.peek() != ']' && !in.atEnd();
    in.at(start);
    return range;
  }

  /// Parses one character of a set; -1 where it was a category, which is added to `categories`.
  private int member(List<CodePoints> categories) {
    int c = in.peek();
    if (c == -1) {
      throw in.bad("unterminated character set");
    }
    in.next();
    if (c != '\\') {
      return c;
    }
    CodePoints category = category();
    if (category != null) {
      categories.add(category);
      return -1;
    }
    if (in.accept("b")) {
      return '\b';
    }
    return in.character();
  }
}
