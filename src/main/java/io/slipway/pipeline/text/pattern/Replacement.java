package io.slipway.pipeline.text.pattern;

import io.slipway.pipeline.frame.RefusedInput;
import java.util.ArrayList;
import java.util.List;

/// The replacement of a match, in the syntax of Python's `re.sub`: `\1`, `\g<1>` and `\g<name>`
/// insert groups (nothing where the group did not take part), `\g<0>` the match, `\n` and others
/// control characters, `\\` a backslash.
public final class Replacement {
  /// The longest result of a step: a few steps that double a text would otherwise exhaust memory.
  public static final int MOST_CHARS = 16 << 20;

  /// A literal text, followed by group `group` (-1: none).
  private record Part(String text, int group) {}

  private final List<Part> parts;

  private Replacement(List<Part> parts) {
    this.parts = parts;
  }

  /// @throws BadPattern where `template` is not valid or names a group that `pattern` lacks
  public static Replacement of(String template, LinearPattern pattern) {
    List<Part> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      char c = template.charAt(at++);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      if (at == template.length()) {
        throw new BadPattern("the replacement ends in a backslash");
      }
      char escaped = template.charAt(at++);
      int octal = octal(template, at - 1);
      if (escaped == 'g') {
        int end = template.indexOf('>', at);
        if (end < 0 || template.charAt(at) != '<') {
          throw new BadPattern("\\g in the replacement needs a group: \\g<name>");
        }
        parts.add(new Part(text.toString(), group(template.substring(at + 1, end), pattern)));
        text.setLength(0);
        at = end + 1;
      } else if (octal > 0) {
        int code = Integer.parseInt(template, at - 1, at - 1 + octal, 8);
        if (code > 0377) {
          throw new BadPattern("octal escape in the replacement is outside of range 0-0o377");
        }
        text.append((char) code);
        at += octal - 1;
      } else if (escaped >= '1' && escaped <= '9') {
        int start = at - 1;
        at += at < template.length() && isDigit(template.charAt(at)) ? 1 : 0;
        parts.add(new Part(text.toString(), group(template.substring(start, at), pattern)));
        text.setLength(0);
      } else {
        text.append(literal(escaped));
      }
    }
    parts.add(new Part(text.toString(), -1));
    return new Replacement(List.copyOf(parts));
  }

  /// The number of octal digits of a character at `at`; 0 where it is not one.
  private static int octal(String template, int at) {
    int digits = 0;
    while (digits < 3
        && at + digits < template.length()
        && template.charAt(at + digits) >= '0'
        && template.charAt(at + digits) <= '7') {
      digits++;
    }
    return digits == 3 || digits > 0 && template.charAt(at) == '0' ? digits : 0;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int group(String name, LinearPattern pattern) {
    int group = name.matches("[0-9]{1,3}") ? Integer.parseInt(name) : pattern.group(name);
    if (group < 0 || group > pattern.groups()) {
      throw new BadPattern("the replacement names an unknown group \"" + name + "\"");
    }
    return group;
  }

  private static String literal(char escaped) {
    return switch (escaped) {
      case 'a' -> "\u0007";
      case 'b' -> "\b";
      case 'f' -> "\f";
      case 'n' -> "\n";
      case 'r' -> "\r";
      case 't' -> "\t";
      case 'v' -> "\u000b";
      case '\\' -> "\\";
      default -> {
        if (escaped < 128 && Character.isLetter(escaped)) {
          throw new BadPattern("bad escape \\" + escaped + " in the replacement");
        }
        // Python keeps the backslash of other escapes.
        yield "\\" + escaped;
      }
    };
  }

  /// Appends the replacement of a match.
  ///
  /// @param places as in [LinearPattern.Found]
  private void append(StringBuilder out, String text, int[] places) {
    for (Part part : parts) {
      out.append(part.text);
      if (part.group >= 0 && places[2 * part.group] >= 0) {
        out.append(text, places[2 * part.group], places[2 * part.group + 1]);
      }
      requireBounded(out.length());
    }
  }

  /// @throws RefusedInput.TooLarge where the result of a step has more than [#MOST_CHARS]
  public static void requireBounded(long length) {
    if (length > MOST_CHARS) {
      throw new RefusedInput.TooLarge(
          "a step produces a text of more than " + MOST_CHARS + " characters from it");
    }
  }

  /// `text` with every match of `pattern` replaced.
  ///
  /// @throws RefusedInput.TooLarge where the result is too long
  public String replaceAll(LinearPattern pattern, String text) {
    StringBuilder out = new StringBuilder(text.length());
    int[] done = new int[1];
    pattern.each(
        text,
        places -> {
          out.append(text, done[0], places[0]);
          append(out, text, places);
          done[0] = places[1];
        });
    return out.append(text, done[0], text.length()).toString();
  }
}
