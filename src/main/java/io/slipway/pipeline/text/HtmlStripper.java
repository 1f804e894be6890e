package io.slipway.pipeline.text;

/// Extracts the text of an HTML fragment: markup becomes spaces, then character references are
/// resolved.
///
/// Equals Python's
///
/// ``` html.unescape(re.sub(r"(?ais)<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]+>", " ", text))
/// ```
///
/// so each script or style element (with its content), comment and tag becomes one space. This rule
/// also defines the result for invalid input: an unclosed `<script` or `<!--` is a tag up to the
/// next `>`; a `<` without a later `>`, and `<>`, stay as they are; `a < b` starts a tag where a
/// `>` follows; a `>` inside an attribute ends its tag.
///
/// Linear in the length of the text, unlike the regular expression: a search for an end that failed
/// once is not repeated, as it would fail from every later position too.
public final class HtmlStripper {
  private final String html;
  private final StringBuilder text;
  private boolean scriptEnds = true;
  private boolean styleEnds = true;
  private boolean commentEnds = true;

  private HtmlStripper(String html) {
    this.html = html;
    this.text = new StringBuilder(html.length());
  }

  /// The text of `html`.
  public static String strip(String html) {
    return HtmlEntities.unescape(html.indexOf('<') < 0 ? html : new HtmlStripper(html).strip());
  }

  private String strip() {
    int done = 0;
    int open = html.indexOf('<');
    while (open >= 0) {
      int end = end(open);
      if (end < 0) {
        if (html.indexOf('>', open + 1) < 0) {
          break;
        }
        open = html.indexOf('<', open + 1);
        continue;
      }
      text.append(html, done, open).append(' ');
      done = end;
      open = html.indexOf('<', end);
    }
    return text.append(html, done, html.length()).toString();
  }

  /// The end of the markup that starts with the `<` at `open`; -1 where it is not markup.
  private int end(int open) {
    int end = -1;
    if (scriptEnds && starts(open, "<script")) {
      end = afterClosing(open + 7, "</script");
      scriptEnds = end >= 0;
    } else if (styleEnds && starts(open, "<style")) {
      end = afterClosing(open + 6, "</style");
      styleEnds = end >= 0;
    } else if (commentEnds && html.startsWith("<!--", open)) {
      end = html.indexOf("-->", open + 4);
      end = end < 0 ? -1 : end + 3;
      commentEnds = end >= 0;
    }
    if (end >= 0) {
      return end;
    }
    // `<[^>]+>` requires at least one character before the `>`.
    int close = html.indexOf('>', open + 1);
    return close > open + 1 ? close + 1 : -1;
  }

  /// Whether the element name `tag` is at `at` and ends there.
  private boolean starts(int at, String tag) {
    int after = at + tag.length();
    return html.regionMatches(true, at, tag, 0, tag.length())
        && ascii(at, after)
        && (after == html.length() || !isAsciiWord(html.charAt(after)));
  }

  /// The end of the first closing tag at or after `from`; -1 where there is none.
  private int afterClosing(int from, String tag) {
    int at = html.indexOf("</", from);
    while (at >= 0) {
      int next = at + 2;
      int after = at + tag.length();
      if (html.regionMatches(true, at, tag, 0, tag.length()) && ascii(at, after)) {
        while (after < html.length() && isAsciiBlank(html.charAt(after))) {
          after++;
        }
        if (after < html.length() && html.charAt(after) == '>') {
          return after + 1;
        }
        next = after;
      }
      at = html.indexOf("</", next);
    }
    return -1;
  }

  /// Java's case folding is that of Unicode, by which `ſcript` would be a script.
  private boolean ascii(int from, int to) {
    for (int i = from; i < to; i++) {
      if (html.charAt(i) >= 128) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAsciiWord(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
  }

  private static boolean isAsciiBlank(char c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }
}
