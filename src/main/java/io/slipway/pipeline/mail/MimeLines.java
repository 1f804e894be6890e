package io.slipway.pipeline.mail;

import java.util.HashMap;
import java.util.Map;

/// The lines of a message, ending in CRLF, LF or CR, and where the entity that is being read ends:
/// before a line that is a boundary of one of the multiparts around it.
final class MimeLines {
  private final byte[] raw;

  /// How many of the open multiparts have this boundary.
  private final Map<String, Integer> boundaries = new HashMap<>();

  /// How many of the open entities end at an empty line.
  private int blankEnds;

  private int at;

  /// A line that was pushed back although it does not stand before the present place.
  private int pushedStart = -1;

  private int pushedEnd;

  /// The line that [#next] has found.
  int start;

  int end;

  MimeLines(byte[] raw) {
    this.raw = raw;
  }

  /// Finds the next line; false at the end of the message or of the entity.
  boolean next() {
    boolean pushed = pushedStart >= 0;
    if (!pushed && at >= raw.length) {
      return false;
    }
    start = pushed ? pushedStart : at;
    end = pushed ? pushedEnd : lineEnd(at);
    if (blankEnds > 0 && isBlank() || isBoundary()) {
      return false;
    }
    if (pushed) {
      pushedStart = -1;
    } else {
      at = end;
    }
    return true;
  }

  /// Has the line that was found last found again.
  void back() {
    if (end == at) {
      at = start;
    } else {
      back(start, end);
    }
  }

  /// Has the line found next, wherever it stands.
  void back(int lineStart, int lineEnd) {
    pushedStart = lineStart;
    pushedEnd = lineEnd;
  }

  void open(String boundary) {
    boundaries.merge(boundary, 1, Integer::sum);
  }

  void close(String boundary) {
    boundaries.computeIfPresent(boundary, (key, count) -> count == 1 ? null : count - 1);
  }

  void openBlank() {
    blankEnds++;
  }

  void closeBlank() {
    blankEnds--;
  }

  /// Whether the line is only a line break.
  boolean isBlank() {
    return raw[start] == '\n' || raw[start] == '\r';
  }

  /// The line without its line break, one char a byte.
  String text() {
    return latin1(start, withoutBreak());
  }

  String latin1(int from, int to) {
    return new String(raw, from, to - from, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  /// Whether the line separates parts (1) or ends the parts (2) of `boundary`; else 0.
  int separates(String boundary) {
    if (!startsWithDashes()) {
      return 0;
    }
    String line = afterDashes();
    return line.equals(boundary) ? 1 : line.equals(boundary + "--") ? 2 : 0;
  }

  private boolean isBoundary() {
    if (boundaries.isEmpty() || !startsWithDashes()) {
      return false;
    }
    String line = afterDashes();
    return boundaries.containsKey(line)
        || line.endsWith("--") && boundaries.containsKey(line.substring(0, line.length() - 2));
  }

  private boolean startsWithDashes() {
    return end - start >= 2 && raw[start] == '-' && raw[start + 1] == '-';
  }

  private String afterDashes() {
    int to = withoutBreak();
    while (to > start + 2 && (raw[to - 1] == ' ' || raw[to - 1] == '\t')) {
      to--;
    }
    return latin1(start + 2, to);
  }

  private int withoutBreak() {
    int to = end;
    if (to > start && raw[to - 1] == '\n') {
      to--;
    }
    if (to > start && raw[to - 1] == '\r') {
      to--;
    }
    return to;
  }

  private int lineEnd(int from) {
    for (int i = from; i < raw.length; i++) {
      if (raw[i] == '\n') {
        return i + 1;
      }
      if (raw[i] == '\r') {
        return i + 1 < raw.length && raw[i + 1] == '\n' ? i + 2 : i + 1;
      }
    }
    return raw.length;
  }
}
