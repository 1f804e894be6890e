package io.slipway.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.onnx.confinement.Confinement;
import io.slipway.onnx.confinement.ConfinementBounds;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// The child process that checks a bundle, so that a model that crashes, hangs or exhausts memory
/// does not affect the server. Started by [ProbeRunner] as
/// `io.slipway.process.Main probe <folder> <seconds>`.
///
/// Confines itself before it reads the bundle, and ends when its standard input does. Writes lines
/// to standard output: `unconfined <missing system feature>`, `stage <next activity>`, `input
/// <number of the next one tried>`, `answered` after the first answer to one, and, last, the report
/// as one line of JSON.
public final class Probe {
  static final String UNCONFINED = "unconfined ";

  /// The property with the processor time, in milliseconds, of a graph's first run.
  static final String RUN_MILLIS = "slipway.probe.run-millis";

  /// The exit status where standard input has ended.
  static final int ORPHANED = 125;

  private Probe() {}

  /// @param args the bundle's folder; the limits: seconds of life, bytes of memory, bytes of a
  ///     graph's runs, bytes of their output; the number of the first generated input for a model
  ///     without examples
  public static void main(String... args) {
    // Keeps the stream of the report free of other output.
    PrintStream report = System.out;
    System.setOut(System.err);
    endWith(System.in);
    dieAfter(Duration.ofSeconds(Long.parseLong(args[1])));
    confine(args).forEach(missing -> line(report, UNCONFINED + missing));
    Long run = Long.getLong(RUN_MILLIS);
    if (run != null) {
      TrialClock.start(Duration.ofMillis(run), what -> end(report, Trial.late(what)));
    }
    RunBounds runs = new RunBounds(Long.parseLong(args[3]), Long.parseLong(args[4]));
    ProbeReport result =
        Trial.of(Path.of(args[0]), runs, Integer.parseInt(args[5]), line -> line(report, line));
    end(report, result);
  }

  /// Ends the process with `result`; only the first call has an effect.
  private static synchronized void end(PrintStream report, ProbeReport result) {
    try {
      line(report, new ObjectMapper().writeValueAsString(result));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    // Without shutdown hooks and native clean-up: the report is written.
    Runtime.getRuntime().halt(0);
  }

  /// Restricts this thread, and all it starts, to the bundle, the program and its working folder.
  ///
  /// @return the system features that are missing for it
  static List<String> confine(String... args) {
    return Confinement.enter(
        new ConfinementBounds(
            Path.of("").toAbsolutePath(),
            Stream.concat(Stream.of(Path.of(args[0])), ProbeCommand.files()).toList(),
            // Compiler and collector use threads of their own.
            Duration.ofSeconds(2 * Long.parseLong(args[1])),
            Long.parseLong(args[2])));
  }

  private static void line(PrintStream report, String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    report.write(bytes, 0, bytes.length);
    report.flush();
  }

  /// Ends the process when `input` does, which the parent holds open: the system closes it when the
  /// parent ends, also by SIGKILL.
  private static void endWith(InputStream input) {
    Thread.ofPlatform()
        .daemon()
        .name("probe-parent")
        .start(
            () -> {
              try {
                input.transferTo(OutputStream.nullOutputStream());
              } catch (IOException _) {
                // It cannot be read: as good as ended.
              }
              Runtime.getRuntime().halt(ORPHANED);
            });
  }

  /// Ends the process after `time`, should nobody else do so.
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
