package io.slipway.pipeline.text.pattern;

import java.util.List;

/// The syntax tree of a regular expression.
sealed interface Regex {

  /// One character from a set.
  record One(CodePoints of) implements Regex {}

  /// A concatenation; the empty expression where there are no parts.
  record Sequence(List<Regex> parts) implements Regex {}

  /// Alternatives in order of preference.
  record Choice(List<Regex> options) implements Regex {}

  /// A repetition from `min` to `max` times (-1: unlimited), as often as possible, or as rarely as
  /// possible where `lazy`.
  record Repeat(Regex body, int min, int max, boolean lazy) implements Regex {}

  /// A capturing group.
  ///
  /// @param index from 1
  record Group(int index, Regex body) implements Regex {}

  /// An anchor: a position between two characters.
  record At(Anchor anchor) implements Regex {}

  enum Anchor {
    TEXT_START,
    LINE_START,
    /// The end of the text, or before a line feed that ends it.
    LAST_LINE_END,
    LINE_END,
    TEXT_END,
    WORD_EDGE,
    NO_WORD_EDGE,
    ASCII_WORD_EDGE,
    NO_ASCII_WORD_EDGE;

    /// Whether the anchor matches at `at` in `text`.
    boolean holds(String text, int at) {
      int end = text.length();
      return switch (this) {
        case TEXT_START -> at == 0;
        case LINE_START -> at == 0 || text.charAt(at - 1) == '\n';
        case LAST_LINE_END -> at == end || at == end - 1 && text.charAt(at) == '\n';
        case LINE_END -> at == end || text.charAt(at) == '\n';
        case TEXT_END -> at == end;
        case WORD_EDGE ->
            end > 0
                && (at > 0 && CodePoints.isWord(text.codePointBefore(at)))
                    != (at < end && CodePoints.isWord(text.codePointAt(at)));
        case ASCII_WORD_EDGE ->
            end > 0
                && (at > 0 && CodePoints.ASCII_WORD.contains(text.charAt(at - 1)))
                    != (at < end && CodePoints.ASCII_WORD.contains(text.charAt(at)));
        // Python's `\B` does not match the empty text.
        case NO_WORD_EDGE -> end > 0 && !WORD_EDGE.holds(text, at);
        case NO_ASCII_WORD_EDGE -> end > 0 && !ASCII_WORD_EDGE.holds(text, at);
      };
    }
  }

  /// Whether it can match the empty text.
  default boolean nullable() {
    return switch (this) {
      case One one -> false;
      case Sequence(List<Regex> parts) -> parts.stream().allMatch(Regex::nullable);
      case Choice(List<Regex> options) -> options.stream().anyMatch(Regex::nullable);
      case Repeat(Regex body, int min, int max, boolean lazy) -> min == 0 || body.nullable();
      case Group(int index, Regex body) -> body.nullable();
      case At at -> true;
    };
  }
}
