package io.slipway.bundle;

/// Whether a text is one line that shows all that it says.
public final class OneLine {
  private OneLine() {}

  /// Whether `text` has no line break, no control character and no mark that changes the direction
  /// of writing: with them, a text can look like several, or like another.
  public static boolean is(String text) {
    return text.chars().noneMatch(OneLine::forbidden);
  }

  private static boolean forbidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      default ->
          c == '\u061c'
              || c == '\u200e'
              || c == '\u200f'
              || c >= '\u202a' && c <= '\u202e'
              || c >= '\u2066' && c <= '\u2069';
    };
  }
}
