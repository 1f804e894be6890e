package io.slipway.journey;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A real Prometheus that scrapes one address every second, and evaluates the shipped rules as
/// often.
final class Prometheus implements AutoCloseable {
  private static final String CONFIG =
      """
      global:
        scrape_interval: 1s
        evaluation_interval: 1s
      rule_files: ["%s"]
      scrape_configs:
        - job_name: slipway
          static_configs:
            - targets: ["%s"]
      """;

  private static final Path RULES = Path.of("deploy", "prometheus", "alerts.yml").toAbsolutePath();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final Path log;
  private final int port;

  private Prometheus(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /// Whether this machine has one.
  static boolean isHere() {
    try {
      Process version = new ProcessBuilder("prometheus", "--version").start();
      return version.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Starts it.
  ///
  /// @param target host and port to scrape, at `/metrics`
  static Prometheus start(Path folder, String target) throws IOException {
    int port = FreePort.find();
    Files.createDirectories(folder);
    Path config =
        Files.writeString(folder.resolve("prometheus.yml"), CONFIG.formatted(RULES, target));
    Path log = folder.resolve("prometheus.log");
    Process process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--enable-feature=exemplar-storage")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new Prometheus(process, log, port);
  }

  /// The member `data` of its answer; nothing where it does not answer yet.
  ///
  /// @param path below `/api/v1/`
  /// @param query the parameter `query`, or empty
  JsonNode ask(String path, String query) throws IOException, InterruptedException {
    if (!process.isAlive()) {
      throw new AssertionError("Prometheus has ended:\n" + Files.readString(log));
    }
    String parameter = query.isEmpty() ? "" : "?query=" + encoded(query);
    URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1/" + path + parameter);
    try {
      byte[] answer =
          client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray()).body();
      return Server.JSON.readTree(answer).path("data");
    } catch (IOException e) {
      return Server.JSON.missingNode();
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
