package io.slipway.journey;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The packaged jar in a process of its own, as a user runs it, with a data folder that outlives
/// it.
final class Server implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  /// Options of the virtual machine that compile quickly, not well.
  static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Process process;
  private final int port;
  private final Path log;

  private Server(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  static Path jar() {
    return Path.of(System.getProperty("slipway.jar", "target/quarkus-app/quarkus-run.jar"));
  }

  /// Starts it on `data`; returns at once. Compiled quickly, not well, and with a [StartCache]: it
  /// starts with a third of the work, and no drill asks how fast it is.
  static Server launch(Path data, Map<String, String> settings) {
    return launchWith(data, settings);
  }

  /// As [#launch], with further options of the virtual machine.
  static Server launchWith(Path data, Map<String, String> settings, String... further) {
    List<String> options = new ArrayList<>(QUICK);
    options.addAll(StartCache.options());
    options.addAll(List.of(further));
    return launch(data, settings, options);
  }

  /// As [#launch], for what is measured.
  static Server launchAsInProduction(Path data, Map<String, String> settings) {
    return launch(data, settings, List.of());
  }

  /// With the options of the virtual machine that a deployment has.
  static Server launchAsDeployed(Path data) {
    return launch(data, Map.of(), List.of("@" + Path.of("deploy", "jvm.options").toAbsolutePath()));
  }

  static Server launch(Path data, Map<String, String> settings, List<String> options) {
    try {
      int port = FreePort.find();
      Path log = Files.createTempFile(data.getParent(), "server", ".log");
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("--enable-native-access=ALL-UNNAMED");
      command.addAll(options);
      command.add("-XX:ErrorFile=" + data.resolve("crash-%p.log"));
      command.add("-jar");
      command.add(jar().toString());
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectOutput(log.toFile());
      builder.environment().put("SLIPWAY_DATA", data.toString());
      builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
      builder.environment().putAll(settings);
      return new Server(builder.start(), port, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Starts it on `data` and waits until it is ready.
  static Server start(Path data) {
    Server server = launch(data, Map.of());
    server.awaitReady();
    return server;
  }

  void awaitReady() {
    await()
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new AssertionError("the server has ended:\n" + Files.readString(log));
              }
              return status("/q/health/ready") == 200;
            });
  }

  /// Waits until it has printed `text`.
  void awaitPrinted(String text) {
    await()
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new AssertionError("the server has ended:\n" + Files.readString(log));
              }
              return log().contains(text);
            });
  }

  /// Waits until it serves `models`, second versions included.
  void awaitServed(String... models) {
    for (String model : models) {
      await()
          .atMost(TIMEOUT)
          .pollInterval(Duration.ofMillis(200))
          .until(() -> status("/models/" + model + "/versions/2") == 200);
    }
  }

  /// Whether the process has ended by itself.
  boolean ended() {
    return !process.isAlive();
  }

  /// The status that it ends with by itself.
  int awaitEnd(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("the server has not ended in " + patience);
    }
    return process.exitValue();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  HttpClient client() {
    return client;
  }

  /// The status of a GET; 0 where nobody answers.
  int status(String path) throws InterruptedException {
    try {
      return client
          .send(
              HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(10)).build(),
              BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  /// The answer to `request`, whatever it is.
  HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofByteArray());
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return json(client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofByteArray()));
  }

  /// Publishes the bundle in `folder` as version 1 of `model`, new here, and promotes it.
  void release(String model, Path folder) throws IOException, InterruptedException {
    release(model, "application/zip", Bundles.zip(folder));
  }

  /// As [#release(String, Path)], of a lone ONNX file.
  ///
  /// @return the digest of its content, in hexadecimal digits
  String release(String model, byte[] onnx) throws IOException, InterruptedException {
    return release(model, "application/onnx", onnx);
  }

  private String release(String model, String type, byte[] body)
      throws IOException, InterruptedException {
    JsonNode version = post("/api/v1/models/" + model + "/versions", type, body);
    put("/api/v1/models/" + model + "/stages/production", "{\"version\":1}");
    return version.get("digest").asText().replace("sha256:", "");
  }

  JsonNode put(String path, String body) throws IOException, InterruptedException {
    return json(
        client.send(
            HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofByteArray()));
  }

  JsonNode post(String path, String type, byte[] body) throws IOException, InterruptedException {
    return json(
        client.send(
            HttpRequest.newBuilder(uri(path))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.ofByteArray()));
  }

  private static JsonNode json(HttpResponse<byte[]> response) throws IOException {
    if (response.statusCode() / 100 != 2) {
      throw new AssertionError(
          response.statusCode()
              + " "
              + response.uri()
              + " "
              + new String(response.body(), java.nio.charset.StandardCharsets.UTF_8));
    }
    return JSON.readTree(response.body());
  }

  /// The process's resident memory in bytes, without the database's processes; Linux only.
  long residentBytes() throws IOException {
    return ofStatus("VmRSS");
  }

  /// The most that [#residentBytes] ever was.
  long mostResidentBytes() throws IOException {
    return ofStatus("VmHWM");
  }

  private long ofStatus(String name) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith(name + ":")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("no " + name);
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  long pid() {
    return process.pid();
  }

  /// As a fault in native code ends it: SIGSEGV, at which the virtual machine writes its log.
  void crash() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-SEGV", Long.toString(pid())).start().waitFor();
    process.waitFor();
  }

  /// As a power cut takes it: SIGKILL.
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /// SIGTERM.
  void terminate() {
    process.destroy();
  }

  /// SIGTERM, and wait.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the server did not stop on SIGTERM");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
