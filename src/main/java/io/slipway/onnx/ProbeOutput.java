package io.slipway.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the output of the probe's process on separate threads, so that it never blocks, and keeps
/// a limited amount of it.
final class ProbeOutput {
  private static final int MOST_REPORT_BYTES = 4 << 20;
  private static final int MOST_ERROR_BYTES = 2 << 10;

  private final Kept output;
  private final Kept errors;

  ProbeOutput(Process process) {
    output = new Kept(process.getInputStream(), MOST_REPORT_BYTES);
    errors = new Kept(process.getErrorStream(), MOST_ERROR_BYTES);
  }

  /// Waits until the process has ended and all of its output was read.
  void await() throws InterruptedException {
    output.thread.join();
  }

  /// The last line, if it is a report; after [#await].
  @Nullable String report() {
    List<String> lines = output.lines();
    String last = lines.isEmpty() ? "" : lines.getLast();
    return last.startsWith("{") && last.endsWith("}") ? last : null;
  }

  /// The last announced activity, as words after "while".
  String stage() {
    return last(Trial.STAGE, "starting");
  }

  /// The number of the last generated input that was tried; 0 where none was.
  int input() {
    return Integer.parseInt(last(GeneratedCheck.INPUT, "0"));
  }

  /// Whether the model has answered a generated input, even with a failure.
  boolean answered() {
    return output.lines().contains(GeneratedCheck.ANSWERED);
  }

  /// The rest of the last line with that prefix.
  private String last(String prefix, String otherwise) {
    return output.lines().reversed().stream()
        .filter(line -> line.startsWith(prefix))
        .findFirst()
        .map(line -> line.substring(prefix.length()))
        .orElse(otherwise);
  }

  /// The system features that are missing to confine the process.
  List<String> unconfined() {
    return output.lines().stream()
        .filter(line -> line.startsWith(Probe.UNCONFINED))
        .map(line -> line.substring(Probe.UNCONFINED.length()))
        .toList();
  }

  /// The start of its standard error, for the log.
  String errors() {
    return String.join("\n", errors.lines());
  }

  /// Keeps the start of a stream; the rest is read and dropped.
  private static final class Kept {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Thread thread;

    Kept(InputStream stream, int most) {
      thread = Thread.ofVirtual().start(() -> read(stream, most));
    }

    private void read(InputStream stream, int most) {
      byte[] buffer = new byte[8192];
      try (stream) {
        for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
          synchronized (bytes) {
            bytes.write(buffer, 0, Math.min(n, most - bytes.size()));
          }
        }
      } catch (IOException killed) {
        return; // keeps the part already read
      }
    }

    List<String> lines() {
      synchronized (bytes) {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
      }
    }
  }
}
