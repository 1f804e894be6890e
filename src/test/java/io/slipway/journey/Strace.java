package io.slipway.journey;

import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// `strace` on a server that runs, and on what it starts from then on. The test is left out where
/// there is none, or no right to trace.
final class Strace implements AutoCloseable {
  private final Process process;

  private Strace(Process process) {
    this.process = process;
  }

  /// Leaves the test out where nothing can be traced.
  static void assumeThatItWorks() throws InterruptedException {
    int exit;
    try {
      exit =
          new ProcessBuilder("strace", "-o", "/dev/null", "true")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
    } catch (IOException e) {
      exit = -1;
    }
    assumeThat(exit).as("strace works").isZero();
  }

  /// Traces `server`, its database aside, into `trace`; returns once every thread is traced.
  static Strace of(Server server, Path trace, String... options)
      throws IOException, InterruptedException {
    Path said = trace.resolveSibling("strace.log");
    List<String> command =
        Stream.of(
                List.of("strace", "-f", "-p", Long.toString(server.pid()), "-o", trace.toString()),
                List.of(options))
            .flatMap(List::stream)
            .toList();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.readString(said).contains("attached") || !process.isAlive());
    assumeThat(process.isAlive()).as("the server can be traced").isTrue();
    return new Strace(process);
  }

  /// The server goes on untraced; what was seen is written.
  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
