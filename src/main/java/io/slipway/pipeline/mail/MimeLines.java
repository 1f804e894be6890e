package io.slipway.pipeline.mail;

import java.util.HashMap;
import java.util.Map;

/// The lines of a message, ending in CRLF, LF or CR, up to the end of the current entity: before a
/// line that is a boundary of an enclosing multipart.
final class MimeLines {
  private final byte[] raw;

  /// The number of open multiparts with each boundary.
  private final Map<String, Integer> boundaries = new HashMap<>();

  /// The number of open entities that end at an empty line.
  private int blankEnds;

  private int at;

  /// A line that was pushed back although it does not precede the current position.
  private int pushedStart = -1;

  private int pushedEnd;

  /// The start of the line found by [#next].
  int start;

  int end;

  MimeLines(byte[] raw) {
    this.raw = raw;
  }

  /// Advances to the next line; false at the end of the message or of the entity.
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

  /// Pushes the last line back.
  void back() {
    if (end == at) {
      at = start;
    } else {
      back(start, end);
    }
  }

  /// Pushes any line back, which [#next] will return.
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

  /// Whether the line consists of a line break only.
  boolean isBlank() {
    return raw[start] == '\n' || raw[start] == '\r';
  }

  /// The line without its line break, one char per byte.
  String text() {
    return latin1(start, withoutBreak());
  }

  String latin1(int from, int to) {
    return new String(raw, from, to - from, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  /// Whether the line is a separator (1) or the end (2) of `boundary`; otherwise 0.
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
