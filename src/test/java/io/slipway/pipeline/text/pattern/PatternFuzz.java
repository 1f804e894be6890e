package io.slipway.pipeline.text.pattern;

import java.nio.charset.StandardCharsets;

/// Any text as a pattern, a replacement and what they are used on, a line feed between: used or
/// refused.
public final class PatternFuzz {
  private PatternFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    String[] parts = new String(data, StandardCharsets.UTF_8).split("\n", 3);
    try {
      LinearPattern pattern = LinearPattern.of(parts[0]);
      String text = parts.length < 3 ? "" : parts[2];
      int count = pattern.count(text);
      if (count > 2 * text.length() + 1) {
        throw new AssertionError(count + " matches in " + text.length() + " characters");
      }
      if (parts.length > 1) {
        Replacement.of(parts[1], pattern).replaceAll(pattern, text);
      }
    } catch (BadPattern refused) {
      refused.reason();
    }
  }
}
