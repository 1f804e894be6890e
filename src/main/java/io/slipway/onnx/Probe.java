package io.slipway.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/// The child process that tries a bundle, so that a model that crashes, hangs or eats memory takes
/// no server with it. Started by [ProbeRunner] as `io.slipway.Main probe <folder> <seconds>`.
///
/// Writes to standard output lines `stage <what comes next>` and, last, the report as one line of
/// JSON.
public final class Probe {
  static final String STAGE = "stage ";

  private Probe() {}

  /// @param args the bundle's folder; the most seconds to live
  public static void main(String... args) {
    // Nobody else writes to the report's stream.
    PrintStream report = System.out;
    System.setOut(System.err);
    dieAfter(Duration.ofSeconds(Long.parseLong(args[1])));
    ProbeReport result = Trial.of(Path.of(args[0]), stage -> line(report, STAGE + stage));
    try {
      line(report, new ObjectMapper().writeValueAsString(result));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    // No hooks and no farewell of native code: the report is out.
    Runtime.getRuntime().halt(0);
  }

  private static void line(PrintStream report, String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    report.write(bytes, 0, bytes.length);
    report.flush();
  }

  /// The parent kills us in time; this is for when there is no parent any more.
  private static void dieAfter(Duration time) {
    Thread.ofPlatform()
        .daemon()
        .name("probe-watchdog")
        .start(
            () -> {
              try {
                Thread.sleep(time);
                Runtime.getRuntime().halt(124);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }
}
