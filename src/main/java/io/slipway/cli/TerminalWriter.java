package io.slipway.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Arrays;

/// Prints texts of others on a terminal: whatever is no plain character is shown as an escape, and
/// so is a line break within an argument of [#printf]. So a text cannot forge lines, hide parts or
/// steer the terminal. JSON stays the same JSON.
final class TerminalWriter extends PrintWriter {
  TerminalWriter(Writer out) {
    super(new Plain(out), true);
  }

  @Override
  public PrintWriter format(String format, Object... args) {
    return super.format(
        format, Arrays.stream(args).map(a -> a instanceof String s ? Shown.line(s) : a).toArray());
  }

  /// Lets through plain characters and line breaks.
  private static final class Plain extends FilterWriter {
    private static final boolean RETURNS = System.lineSeparator().startsWith("\r");

    Plain(Writer out) {
      super(out);
    }

    @Override
    public void write(int c) throws IOException {
      if (c == '\n' || c == '\r' && RETURNS) {
        out.write(c);
      } else {
        out.write(Shown.line(Character.toString((char) c)));
      }
    }

    @Override
    public void write(char[] chars, int offset, int length) throws IOException {
      for (int i = offset; i < offset + length; i++) {
        write(chars[i]);
      }
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
      for (int i = offset; i < offset + length; i++) {
        write(text.charAt(i));
      }
    }
  }
}
