package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` at random moments of uploads and promotions: what was acknowledged is there, what was
/// not is there whole or not at all, and what all clients have seen of a stage fits one order of
/// moves. The embedded database ends by itself after each kill, and a version of staging whose
/// archive is damaged then keeps no replica from being ready. Rounds by
/// `-Dslipway.crash.rounds`, one seed each, printed.
class CrashIT {
  private static final int ROUNDS = Integer.getInteger("slipway.crash.rounds", 6);
  private static final String MODEL = "/api/v1/models/customer-churn";

  @TempDir Path temp;

  /// A version that the server has acknowledged.
  private record Acknowledged(int number, String digest) {}

  private final StageMovers movers = new StageMovers();
  private final List<Acknowledged> versions = new ArrayList<>();
  private int promoted;
  private int promoting;

  @Test
  void whatWasAcknowledgedSurvivesKillAndNothingIsHalfDone() throws Exception {
    long base = Seed.of("crashes");
    Path data = temp.resolve("data");
    int uploads = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long seed = base + round;
      Random random = new Random(seed);
      Server server = Server.start(data);
      System.out.printf(
          "round %d seed %d: %d versions, production %d%n", round, seed, versions.size(), promoted);
      verify(server, data);
      if (round == 0) {
        movers.publish(server, temp);
      }
      AtomicBoolean killed = new AtomicBoolean();
      // Uploads in one round, moves of a stage in the next.
      boolean uploading = round % 2 == 0;
      List<Thread> clients =
          uploading
              ? List.of(Thread.ofPlatform().start(() -> work(server, seed, killed)))
              : movers.start(server, seed, killed);
      // The first booleans of neighbouring seeds are alike: not left to them alone.
      if (uploading && (uploaded() == 0 || random.nextBoolean())) {
        awaitUpload(clients.getFirst());
      }
      clients.getFirst().join(300 + random.nextInt(4_000));
      killed.set(true);
      server.kill();
      for (Thread client : clients) {
        client.join();
      }
      uploads += versions.size();
    }
    Server last = Server.start(data);
    verify(last, data);
    movers.look(last);
    int staged = versions.stream().mapToInt(Acknowledged::number).max().orElseThrow();
    if (staged == promoted) {
      byte[] zip = Bundles.variant(Bundles.SAMPLES.resolve("customer/v1"), temp, "for staging");
      staged = last.post(MODEL + "/versions", "application/zip", zip).get("version").asInt();
    }
    last.put(MODEL + "/stages/staging", "{\"version\":" + staged + "}");
    String archive = last.get(MODEL + "/versions/" + staged).get("archive_digest").asText();
    ProcessHandle database = database(data);
    last.kill();
    await().atMost(Duration.ofMinutes(1)).until(() -> !database.isAlive());
    Path blobs = data.resolve("store/blobs");
    String hex = archive.replace("sha256:", "");
    Files.writeString(blobs.resolve(hex.substring(0, 2)).resolve(hex), "damaged");
    try (Server damaged = Server.start(data)) {
      await().until(() -> damaged.status("/q/health/group/promoted") == 503);
      for (String ready : List.of("/q/health/ready", "/v2/health/ready", "/ping")) {
        assertThat(damaged.status(ready)).as(ready).isEqualTo(200);
      }
      byte[] anybody = "{\"customer_id\":\"X\"}".getBytes();
      JsonNode answer = damaged.post("/models/customer-churn/predict", "application/json", anybody);
      assertThat(answer.get("version").asInt()).isEqualTo(promoted);
    }
    movers.judge(base);
    assertThat(versions).as("acknowledged uploads").isNotEmpty();
    assertThat(uploads).isPositive();
  }

  /// Until one more upload is acknowledged: how long that takes differs, and a kill before it finds
  /// less to lose.
  private void awaitUpload(Thread work) throws InterruptedException {
    int before = uploaded();
    for (int i = 0; i < 600 && uploaded() == before && work.isAlive(); i++) {
      work.join(50);
    }
  }

  private synchronized int uploaded() {
    return versions.size();
  }

  /// Publishes and promotes until the server is gone.
  private void work(Server server, long seed, AtomicBoolean killed) {
    try {
      for (int i = 0; ; i++) {
        byte[] zip =
            Bundles.variant(
                Bundles.SAMPLES.resolve("customer/v1"), temp, "seed " + seed + " upload " + i);
        JsonNode version = server.post(MODEL + "/versions", "application/zip", zip);
        synchronized (this) {
          versions.add(
              new Acknowledged(version.get("version").asInt(), version.get("digest").asText()));
          promoting = version.get("version").asInt();
        }
        JsonNode moved =
            server.put(MODEL + "/stages/production", "{\"version\":" + promoting + "}");
        synchronized (this) {
          promoted = moved.get("version").asInt();
        }
      }
    } catch (IOException e) {
      assertThat(killed.get()).as("the connection broke before the kill: %s", e).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void verify(Server server, Path data) throws Exception {
    if (!versions.isEmpty()) {
      for (Acknowledged version : versions) {
        JsonNode listed = server.get(MODEL + "/versions/" + version.number());
        assertThat(listed.get("digest").asText()).isEqualTo(version.digest());
      }
      for (JsonNode version : server.get(MODEL + "/versions?limit=100").get("versions")) {
        String bundle = MODEL + "/versions/" + version.get("version").asInt() + "/bundle";
        assertThat(server.status(bundle))
            .as("acknowledged or not, %s is whole", bundle)
            .isEqualTo(200);
      }
    }
    if (promoted > 0) {
      JsonNode stage = server.get(MODEL).get("stages").get("production");
      assertThat(stage.get("version").asInt()).isIn(promoted, promoting);
      promoted = stage.get("version").asInt();
      JsonNode answer =
          server.post(
              "/models/customer-churn/predict",
              "application/json",
              "{\"customer_id\":\"X\"}".getBytes());
      assertThat(answer.get("version").asInt()).isEqualTo(promoted);
    }
    assertThat(leftovers(data)).as("half-written files").isEmpty();
  }

  /// The process of the embedded PostgreSQL.
  private static ProcessHandle database(Path data) throws IOException {
    Path file = data.resolve("postgres/cluster/postmaster.pid");
    return ProcessHandle.of(Long.parseLong(Files.readAllLines(file).getFirst())).orElseThrow();
  }

  /// Files in the data folder that look unfinished.
  private static List<Path> leftovers(Path data) throws IOException {
    Path store = data.resolve("store");
    if (!Files.isDirectory(store)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(store)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().matches("[0-9a-f]{64}(\\.zip)?"))
          .toList();
    }
  }
}
