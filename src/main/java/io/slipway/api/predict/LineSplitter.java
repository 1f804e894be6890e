package io.slipway.api.predict;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Splits a stream of bytes into lines, holding at most one line of `limit` bytes. Blank lines are
/// counted but skipped. For one thread.
final class LineSplitter {
  private final int limit;
  private byte[] partial = new byte[256];
  private int length;
  private boolean overlong;
  private int number;

  /// One line.
  ///
  /// @param number from 1
  /// @param bytes without the line's end; null where it is longer than the limit
  record Line(int number, byte @Nullable [] bytes) {}

  LineSplitter(int limit) {
    this.limit = limit;
  }

  /// Adds bytes, and passes the lines that they complete to `lines`.
  void feed(byte[] bytes, Consumer<Line> lines) {
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        append(bytes, start, i);
        flush(lines);
        start = i + 1;
      }
    }
    append(bytes, start, bytes.length);
  }

  /// Ends the stream: passes on the last line where it has no line break.
  void end(Consumer<Line> lines) {
    if (length > 0 || overlong) {
      flush(lines);
    }
  }

  private void append(byte[] bytes, int from, int to) {
    int count = to - from;
    if (overlong || count > limit - length) {
      overlong = true;
      length = 0;
      return;
    }
    if (count > partial.length - length) {
      partial =
          Arrays.copyOf(partial, Math.min(limit, Math.max(length + count, 2 * partial.length)));
    }
    System.arraycopy(bytes, from, partial, length, count);
    length += count;
  }

  private void flush(Consumer<Line> lines) {
    number++;
    if (overlong) {
      lines.accept(new Line(number, null));
    } else if (!blank()) {
      lines.accept(new Line(number, Arrays.copyOf(partial, length)));
    }
    overlong = false;
    length = 0;
  }

  private boolean blank() {
    for (int i = 0; i < length; i++) {
      if (partial[i] != ' ' && partial[i] != '\t' && partial[i] != '\r') {
        return false;
      }
    }
    return true;
  }
}
