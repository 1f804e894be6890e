package io.slipway.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;

/// A progress bar for uploads; prints nothing where the output is not a terminal.
final class UploadProgressBar implements AutoCloseable {
  private static final int WIDTH = 40;

  private final long size;
  private final PrintWriter err;
  private final boolean shown;
  private int drawn = -1;

  private UploadProgressBar(long size, PrintWriter err, boolean shown) {
    this.size = size;
    this.err = err;
    this.shown = shown;
  }

  static UploadProgressBar of(long size, PrintWriter err) {
    return new UploadProgressBar(
        size, err, System.console() != null && System.console().isTerminal());
  }

  /// Advances the bar as `in` is read.
  ///
  /// @param before the number of bytes sent earlier
  InputStream watch(InputStream in, long before) {
    return new FilterInputStream(in) {
      private long read = before;

      @Override
      public int read() throws IOException {
        int b = super.read();
        draw(b < 0 ? read : ++read);
        return b;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = super.read(bytes, offset, length);
        read += Math.max(0, n);
        draw(read);
        return n;
      }
    };
  }

  private void draw(long read) {
    int filled = size == 0 ? WIDTH : (int) (read * WIDTH / size);
    if (shown && filled != drawn) {
      drawn = filled;
      err.printf(
          "\r[%s%s] %d of %d kB%s",
          "#".repeat(filled),
          " ".repeat(WIDTH - filled),
          read >> 10,
          size >> 10,
          filled == WIDTH ? ", checking" : "");
      err.flush();
    }
  }

  /// Prints a message beside the bar.
  void tell(String sentence) {
    if (shown) {
      err.printf("\r%s%s%n", sentence, " ".repeat(Math.max(0, WIDTH + 50 - sentence.length())));
      err.flush();
      drawn = -1;
    }
  }

  @Override
  public void close() {
    if (shown && drawn >= 0) {
      err.print("\r" + " ".repeat(WIDTH + 50) + "\r");
      err.flush();
    }
  }
}
