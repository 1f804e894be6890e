package io.slipway.pipeline.text.pattern;

/// The flags of Python's `re` at one position of a pattern.
///
/// @param dotAll whether `.` matches a line feed
record Flags(
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

  /// `characters`, with their other cases where the pattern ignores case.
  CodePoints folded(CodePoints characters) {
    if (!ignoreCase) {
      return characters;
    }
    return ascii ? characters.ignoringAsciiCase() : characters.ignoringCase();
  }
}
