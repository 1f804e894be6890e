package io.slipway.pipeline.text;

import org.jsoup.nodes.Entities;

/// Resolves HTML5 character references like Python's `html.unescape`, which follows the HTML
/// standard for text outside of attributes: `&amp;`, `&#233;`, `&#xE9;`, legacy names without a
/// semicolon (`&ampx` is `&x`), references to Windows-1252 in the C1 range, and nothing for code
/// points that are not characters.
final class HtmlEntities {
  /// The characters for `&#128;` to `&#159;`; Windows-1252 leaves five of them unchanged.
  private static final String WINDOWS_1252 =
      "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f"
          + "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

  /// The longest name, in code points.
  private static final int MAX_NAME = 32;

  private static final int REPLACEMENT = 0xFFFD;

  private HtmlEntities() {}

  static String unescape(String text) {
    int amp = text.indexOf('&');
    if (amp < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int done = 0;
    while (amp >= 0) {
      out.append(text, done, amp);
      done = text.startsWith("#", amp + 1) ? numeric(text, amp, out) : named(text, amp, out);
      amp = text.indexOf('&', done);
    }
    return out.append(text, done, text.length()).toString();
  }

  /// Appends the character of the reference at `amp`, or `&`; returns the next position.
  private static int numeric(String text, int amp, StringBuilder out) {
    int at = amp + 2;
    boolean hex = at < text.length() && (text.charAt(at) | 0x20) == 'x';
    int radix = hex ? 16 : 10;
    int start = hex ? at + 1 : at;
    int end = start;
    int code = 0;
    while (end < text.length() && digit(text.charAt(end), radix) >= 0) {
      // Saturates just above the last code point.
      code = Math.min(code * radix + digit(text.charAt(end), radix), 0x110000);
      end++;
    }
    if (end == start) {
      // `&#` without a number; as a name, `#x…` is unknown.
      out.append('&');
      return amp + 1;
    }
    append(code, out);
    return end < text.length() && text.charAt(end) == ';' ? end + 1 : end;
  }

  private static int digit(char c, int radix) {
    return c < 128 ? Character.digit(c, radix) : -1;
  }

  private static void append(int code, StringBuilder out) {
    if (code >= 0x80 && code < 0xA0) {
      out.append(WINDOWS_1252.charAt(code - 0x80));
    } else if (code == 0 || code > 0x10FFFF || code >= 0xD800 && code <= 0xDFFF) {
      out.appendCodePoint(REPLACEMENT);
    } else if (!isNoCharacter(code)) {
      out.appendCodePoint(code);
    }
  }

  private static boolean isNoCharacter(int code) {
    return code < 0x20 && code != '\t' && code != '\n' && code != '\f' && code != '\r'
        || code == 0x7F
        || code >= 0xFDD0 && code <= 0xFDEF
        || (code & 0xFFFE) == 0xFFFE;
  }

  private static int named(String text, int amp, StringBuilder out) {
    int start = amp + 1;
    int end = start;
    for (int n = 0; n < MAX_NAME && end < text.length() && isName(text.charAt(end)); n++) {
      end += Character.charCount(text.codePointAt(end));
    }
    String name = text.substring(start, end);
    if (end < text.length() && text.charAt(end) == ';') {
      String characters = Entities.getByName(name);
      if (!characters.isEmpty()) {
        out.append(characters);
        return end + 1;
      }
    }
    for (int length = name.length(); length >= 2; length--) {
      String prefix = name.substring(0, length);
      if (Entities.isBaseNamedEntity(prefix)) {
        out.append(Entities.getByName(prefix));
        return start + length;
      }
    }
    out.append('&');
    return start;
  }

  private static boolean isName(char c) {
    return switch (c) {
      case '\t', '\n', '\f', ' ', '<', '&', '#', ';' -> false;
      default -> true;
    };
  }
}
