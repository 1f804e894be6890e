package io.slipway.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.onnx.confinement.Confinement;
import io.slipway.onnx.confinement.ConfinementBounds;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// The child process that tries a bundle, so that a model that crashes, hangs or eats memory takes
/// no server with it. Started by [ProbeRunner] as
/// `io.slipway.process.Main probe <folder> <seconds>`.
///
/// Locks itself in before it looks at the bundle. Writes to standard output lines `unconfined <what
/// of that the system lacks>`, `stage <what comes next>` and, last, the report as one line of JSON.
public final class Probe {
  static final String STAGE = "stage ";
  static final String UNCONFINED = "unconfined ";

  /// The property with the milliseconds of processor time that the first run of a graph may take.
  static final String RUN_MILLIS = "slipway.probe.run-millis";

  private Probe() {}

  /// @param args the bundle's folder; the most seconds to live; the most bytes of memory, of a
  ///     graph's runs, and of their answers; whether a model without examples runs on made-up
  ///     inputs
  public static void main(String... args) {
    // Nobody else writes to the report's stream.
    PrintStream report = System.out;
    System.setOut(System.err);
    dieAfter(Duration.ofSeconds(Long.parseLong(args[1])));
    confine(args).forEach(missing -> line(report, UNCONFINED + missing));
    Long run = Long.getLong(RUN_MILLIS);
    if (run != null) {
      TrialClock.start(Duration.ofMillis(run), what -> end(report, Trial.late(what)));
    }
    RunBounds runs = new RunBounds(Long.parseLong(args[3]), Long.parseLong(args[4]));
    ProbeReport result =
        Trial.of(
            Path.of(args[0]),
            runs,
            Boolean.parseBoolean(args[5]),
            stage -> line(report, STAGE + stage));
    end(report, result);
  }

  /// Once, whoever comes first.
  private static synchronized void end(PrintStream report, ProbeReport result) {
    try {
      line(report, new ObjectMapper().writeValueAsString(result));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    // No hooks and no farewell of native code: the report is out.
    Runtime.getRuntime().halt(0);
  }

  /// From here on this thread, and what it starts, sees the bundle, the program and the folder that
  /// it runs in, and nothing else.
  ///
  /// @return what the system lacks for that
  static List<String> confine(String... args) {
    return Confinement.enter(
        new ConfinementBounds(
            Path.of("").toAbsolutePath(),
            Stream.concat(Stream.of(Path.of(args[0])), ProbeCommand.files()).toList(),
            // Compiler and collector have threads of their own.
            Duration.ofSeconds(2 * Long.parseLong(args[1])),
            Long.parseLong(args[2])));
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
