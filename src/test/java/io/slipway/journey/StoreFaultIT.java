package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Faults of the disk, made by the system and not by us: what can't be made durable is refused, is
/// never there, and leaves nothing; predictions go on; and once the disk is well again, so is the
/// registry, without a restart.
///
/// Needs Linux, `strace` and the rights to trace and to mount, and is left out without them.
class StoreFaultIT {
  private static final Map<String, String> SETTINGS =
      Map.of("SLIPWAY_SAMPLES_ENABLED", "false", "SLIPWAY_REGISTRY_RESERVE", "0");
  private static final String VERSIONS = "/api/v1/models/customer-churn/versions";
  private static final String UPLOADS = "/api/v1/models/customer-churn/uploads";
  private static final byte[] ANYBODY = "{\"customer_id\":\"X\"}".getBytes();

  @TempDir Path temp;

  @Test
  void anUploadIsSyncedBeforeItIsRenamedAndItsFolderBeforeItIsAnswered() throws Exception {
    Strace.assumeThatItWorks();
    try (Server server = started(temp.resolve("data"))) {
      Path trace = temp.resolve("trace");
      try (Strace _ =
          Strace.of(
              server, trace, "-y", "-s", "12", "-e", "trace=fsync,rename,write,writev,sendto")) {
        assertThat(publish(server, "traced").statusCode()).isEqualTo(201);
      }

      List<String> calls = Files.readAllLines(trace);
      int file = first(calls, 0, "fsync\\(.*/store/incoming/.*");
      int rename = first(calls, file, "rename\\(\".*|renameat.*");
      int folder = first(calls, rename, "fsync\\(\\d+<.*/store/blobs/[0-9a-f]{2}>.*");
      int root = first(calls, folder, "fsync\\(\\d+<.*/store/blobs>.*");
      first(calls, root, "(write|writev|sendto)\\(.*HTTP/1.1 201.*");
    }
  }

  @Test
  void anUploadThatCanNotBeSyncedIsRefusedAndLeavesNothing() throws Exception {
    Strace.assumeThatItWorks();
    Path data = temp.resolve("data");
    try (Server server = started(data)) {
      long blobs = blobs(data);
      try (Strace _ = withoutSync(server)) {
        HttpResponse<String> refused = publish(server, "not durable");
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
        assertThat(refused.body()).contains("urn:slipway:problem:");
        assertPredicts(server);
      }

      assertThat(server.get(VERSIONS).get("versions")).hasSize(1);
      assertThat(blobs(data)).isEqualTo(blobs);
      assertThat(data.resolve("store").resolve("incoming")).isEmptyDirectory();
      assertThat(publish(server, "not durable").statusCode()).isEqualTo(201);
    }
  }

  @Test
  void aPartThatCanNotBeSyncedIsNotAcknowledgedAndItsUploadGoesOn() throws Exception {
    Strace.assumeThatItWorks();
    Path data = temp.resolve("data");
    Path parts = data.resolve("store").resolve("uploads");
    byte[] zip = Bundles.variant(Bundles.SAMPLES.resolve("customer/v1"), temp, "in parts");
    byte[] begin = ("{\"size\":" + zip.length + "}").getBytes();
    int half = zip.length / 2;
    byte[] rest = Arrays.copyOfRange(zip, half, zip.length);
    try (Server server = started(data)) {
      String upload =
          UPLOADS + "/" + server.post(UPLOADS, "application/json", begin).get("id").asText();
      HttpResponse<byte[]> first = server.send(part(server, upload, 0, Arrays.copyOf(zip, half)));
      assertThat(first.statusCode()).isEqualTo(200);

      try (Strace _ = withoutSync(server)) {
        assertUnavailable(server.send(part(server, upload, half, rest)));
        assertThat(server.get(upload).get("offset").asInt()).as("acknowledged").isEqualTo(half);
        assertUnavailable(server.send(request(server, UPLOADS, begin)));
        assertPredicts(server);
      }

      assertThat(server.get(UPLOADS).get("uploads")).hasSize(1);
      assertThat(parts.toFile().list()).as("of the one that could not begin").hasSize(1);
      int offset = server.get(upload).get("offset").asInt();
      assertThat(offset).as("what was not synced comes again").isEqualTo(half);
      assertThat(server.send(part(server, upload, offset, rest)).statusCode()).isEqualTo(200);
      String id = upload.substring(UPLOADS.length() + 1);
      HttpResponse<byte[]> created =
          server.send(request(server, VERSIONS, ("{\"upload\":\"" + id + "\"}").getBytes()));
      assertThat(created.statusCode()).isEqualTo(201);
      assertThat(parts).isEmptyDirectory();
      assertThat(data.resolve("store").resolve("incoming")).isEmptyDirectory();
    }
  }

  /// From now on every `fsync` of the server fails.
  private Strace withoutSync(Server server) throws IOException, InterruptedException {
    return Strace.of(
        server, temp.resolve("trace"), "-e", "trace=fsync", "-e", "inject=fsync:error=EIO");
  }

  private static void assertUnavailable(HttpResponse<byte[]> answer) {
    String body = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.statusCode()).as(body).isEqualTo(503);
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    assertThat(body).contains("urn:slipway:problem:");
  }

  private static HttpRequest part(Server server, String upload, long offset, byte[] bytes) {
    return HttpRequest.newBuilder(server.uri(upload))
        .header("Content-Type", "application/octet-stream")
        .header("Upload-Offset", Long.toString(offset))
        .method("PATCH", BodyPublishers.ofByteArray(bytes))
        .build();
  }

  private static HttpRequest request(Server server, String path, byte[] json) {
    return HttpRequest.newBuilder(server.uri(path))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofByteArray(json))
        .build();
  }

  @Test
  void aFullOrReadOnlyDiskRefusesUploadsAndNothingElse() throws Exception {
    Path data = temp.resolve("data");
    Path store = Files.createDirectories(data.resolve("store"));
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", store.toString()))
        .as("a file system can be mounted")
        .isZero();
    Path serving = Files.createDirectories(data.resolve("serving"));
    assertThat(run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", serving.toString())).isZero();
    Path temporary = Files.createDirectories(temp.resolve("temporary"));
    assertThat(run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", temporary.toString()))
        .isZero();
    try (Server server = started(data, "-Djava.io.tmpdir=" + temporary)) {
      Path filler = store.resolve("filler");
      Files.write(filler, new byte[(int) (store.toFile().getUsableSpace() - (32 << 10))]);
      HttpResponse<String> full = publish(server, "too much");
      assertThat(full.statusCode()).as(full.body()).isEqualTo(507);
      assertThat(full.body()).contains("full");
      assertPredicts(server);
      assertReads(server);
      assertThat(store.resolve("incoming")).isEmptyDirectory();
      Files.delete(filler);
      assertThat(publish(server, "too much").statusCode()).isEqualTo(201);

      remountReadOnly(store);
      HttpResponse<String> readOnly = publish(server, "unwritten");
      assertThat(readOnly.statusCode()).as(readOnly.body()).isEqualTo(503);
      assertThat(readOnly.body()).contains("ead-only");
      assertPredicts(server);
      assertReads(server);
      fill(serving);
      JsonNode loaded =
          server.post("/models/customer-churn/versions/2/predict", "application/json", ANYBODY);
      assertThat(loaded.get("version").asInt()).as("loaded without the disk").isEqualTo(2);
      assertThat(run("mount", "-o", "remount,rw", store.toString())).isZero();
      assertThat(publish(server, "unwritten").statusCode()).isEqualTo(201);
      assertThat(server.get(VERSIONS).get("versions")).hasSize(3);

      fill(temporary);
      fill(store);
      assertReads(server);
      JsonNode inMemory =
          server.post("/models/customer-churn/versions/3/predict", "application/json", ANYBODY);
      assertThat(inMemory.get("version").asInt()).as("loaded without any disk").isEqualTo(3);
      server.put("/api/v1/models/customer-churn/stages/production", "{\"version\":3}");
    } finally {
      run("umount", "-l", temporary.toString());
      run("umount", "-l", store.toString());
      run("umount", "-l", serving.toString());
    }
  }

  /// Reading needs no room on the disk.
  private static void assertReads(Server server) throws InterruptedException {
    for (String path :
        List.of(
            VERSIONS + "/1/files/bundle.json",
            VERSIONS + "/1/graph",
            VERSIONS + "/1/bundle",
            "/console/models/customer-churn/versions/1")) {
      assertThat(server.status(path)).as(path).isEqualTo(200);
    }
  }

  private static void fill(Path disk) throws IOException {
    Files.write(disk.resolve("filler"), new byte[(int) disk.toFile().getUsableSpace()]);
  }

  /// Once nothing is open there for writing, or removed and open: what was published is loaded.
  private static void remountReadOnly(Path store) {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(run("mount", "-o", "remount,ro", store.toString())).isZero());
  }

  /// With one version in production.
  private Server started(Path data, String... options) throws IOException, InterruptedException {
    Server server = Server.launchWith(data, SETTINGS, options);
    server.awaitReady();
    assertThat(publish(server, "the first").statusCode()).isEqualTo(201);
    server.put("/api/v1/models/customer-churn/stages/production", "{\"version\":1}");
    return server;
  }

  private HttpResponse<String> publish(Server server, String card)
      throws IOException, InterruptedException {
    byte[] zip = Bundles.variant(Bundles.SAMPLES.resolve("customer/v1"), temp, card);
    return server
        .client()
        .send(
            HttpRequest.newBuilder(server.uri(VERSIONS))
                .header("Content-Type", "application/zip")
                .POST(BodyPublishers.ofByteArray(zip))
                .build(),
            BodyHandlers.ofString());
  }

  private static void assertPredicts(Server server) throws IOException, InterruptedException {
    JsonNode answer = server.post("/models/customer-churn/predict", "application/json", ANYBODY);
    assertThat(answer.get("version").asInt()).isOne();
  }

  private static long blobs(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data.resolve("store").resolve("blobs"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  /// The first call from `from` on that is `pattern`, the number of its thread aside.
  private static int first(List<String> calls, int from, String pattern) {
    for (int i = from; i < calls.size(); i++) {
      if (calls.get(i).replaceFirst("^\\d+\\s+", "").matches(pattern)) {
        return i;
      }
    }
    throw new AssertionError(
        "no " + pattern + " from line " + from + " on:\n" + String.join("\n", calls));
  }

  private static int run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1;
    }
  }
}
