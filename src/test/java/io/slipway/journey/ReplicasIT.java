package io.slipway.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Seed;
import io.slipway.SharedStore;
import io.slipway.process.DataFolder;
import io.slipway.process.database.EmbeddedDatabase;
import io.slipway.process.database.EmbeddedDatabaseResource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Two replicas, each a process of its own, on one PostgreSQL and one S3 server, with a wire to the
/// database that can be cut. Each drill leaves them well, but for the last one, which gives out a
/// key and so closes the service.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplicasIT {
  private static final int ATTEMPTS = 400;
  private static final int PROMOTERS = 8;
  private static final String CUSTOMER = "{\"customer_id\":\"X\"}";

  @TempDir static Path temp;

  private static DataFolder folder;
  private static EmbeddedDatabase database;
  private static SharedStore store;
  private static Wire wire;
  private static Server a;
  private static Server b;

  @BeforeAll
  static void start() throws Exception {
    folder = DataFolder.claim(temp.resolve("database"));
    database = EmbeddedDatabaseResource.start(folder);
    store = SharedStore.start(temp.resolve("store"));
    wire = new Wire(URI.create(database.jdbcUrl().substring("jdbc:".length())).getPort());
    a = launch("a");
    b = launch("b");
    a.awaitReady();
    b.awaitReady();
    await().atMost(Duration.ofSeconds(20)).until(() -> live(a) == 2 && live(b) == 2);
  }

  private static Server launch(String name) {
    Map<String, String> settings = new HashMap<>(store.settings());
    Map<String, String> login = database.properties();
    settings.put(
        "SLIPWAY_DATABASE_URL",
        "jdbc:postgresql://127.0.0.1:" + wire.port() + "/slipway?sslmode=disable");
    settings.put("SLIPWAY_DATABASE_USERNAME", login.get("quarkus.datasource.username"));
    settings.put("SLIPWAY_DATABASE_PASSWORD", login.get("quarkus.datasource.password"));
    settings.put("SLIPWAY_REPLICA_NAME", name);
    settings.put("SLIPWAY_SAMPLES_ENABLED", "false");
    return Server.launch(temp.resolve(name), settings);
  }

  private static long live(Server server) throws Exception {
    long live = 0;
    for (JsonNode replica : server.get("/api/v1/replicas").get("replicas")) {
      live += replica.get("live").asBoolean() ? 1 : 0;
    }
    return live;
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      a.close();
      b.close();
    } finally {
      wire.close();
      store.close();
      database.close();
      folder.close();
    }
  }

  @Test
  @Order(1)
  void everyCompareAndSetHasOneWinnerAndTheHistoryIsOneOrder() throws Exception {
    long seed = Seed.of("promotions on replicas");
    String model = "churn-races";
    publish(a, model, 1);
    publish(b, model, 2);
    a.put(stage(model), "{\"version\":1}");
    long first = a.get("/api/v1/models/" + model).get("revision").asLong();

    Map<Long, JsonNode> won = new ConcurrentSkipListMap<>();
    Queue<String> wrong = new ConcurrentLinkedQueue<>();
    AtomicInteger refused = new AtomicInteger();
    try (ExecutorService promoters = Executors.newFixedThreadPool(PROMOTERS)) {
      List<Future<?>> attempts = new ArrayList<>();
      for (int i = 0; i < ATTEMPTS; i++) {
        Random random = new Random(seed + i);
        attempts.add(
            promoters.submit(
                () -> {
                  JsonNode now = one(random).get("/api/v1/models/" + model);
                  int version = 3 - now.at("/stages/production/version").asInt();
                  Server by = one(random);
                  HttpResponse<byte[]> answer =
                      by.send(move(by, model, version, now.get("revision").asLong()));
                  if (answer.statusCode() == 202) {
                    JsonNode moved = Server.JSON.readTree(answer.body());
                    if (won.put(moved.get("revision").asLong(), moved) != null) {
                      wrong.add("two winners of one revision: " + moved);
                    }
                  } else if (answer.statusCode() == 412) {
                    refused.incrementAndGet();
                  } else {
                    wrong.add(answer.statusCode() + " " + text(answer));
                  }
                  return null;
                }));
      }
      for (Future<?> attempt : attempts) {
        attempt.get();
      }
    }
    System.out.printf("promotions: %d won, %d refused%n", won.size(), refused.get());
    assertThat(wrong).isEmpty();
    assertThat(won.size() + refused.get()).isEqualTo(ATTEMPTS);
    assertThat(refused.get()).as("attempts that came too late").isPositive();

    TreeMap<Long, JsonNode> history = new TreeMap<>();
    String token = "";
    do {
      JsonNode page = b.get("/api/v1/models/" + model + "/history?limit=100" + token);
      page.get("entries")
          .forEach(
              entry -> {
                if (entry.get("action").asText().equals("stage.promoted")) {
                  history.put(entry.get("revision").asLong(), entry);
                }
              });
      token =
          page.path("next_page_token").isTextual()
              ? "&page_token=" + page.get("next_page_token").asText()
              : null;
    } while (token != null);
    history.remove(first);
    assertThat(history.keySet()).isEqualTo(won.keySet());
    long revision = first;
    int version = 1;
    for (Map.Entry<Long, JsonNode> entry : history.entrySet()) {
      assertThat(entry.getKey()).isEqualTo(++revision);
      assertThat(entry.getValue().get("from").asInt()).isEqualTo(version);
      version = entry.getValue().get("to").asInt();
      assertThat(won.get(revision).get("version").asInt()).isEqualTo(version);
    }
    int last = version;
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> served(a, model) == last && served(b, model) == last);
  }

  @Test
  @Order(2)
  void aRollbackIsServedByBothReplicasWithinTwoSecondsAndNoPredictionFails() throws Exception {
    String model = "churn-rollback";
    publish(a, model, 1);
    publish(a, model, 2);
    a.put(stage(model), "{\"version\":1}");
    JsonNode promoted = b.put(stage(model), "{\"version\":2}");
    assertThat(promoted.at("/replicas/live").asInt()).isEqualTo(2);
    assertThat(promoted.at("/replicas/followed").asInt()).isEqualTo(2);
    assertThat(served(a, model)).as("the answer waited for the other replica").isEqualTo(2);

    AtomicBoolean stop = new AtomicBoolean();
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    AtomicInteger answers = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (Server server : List.of(a, b)) {
      callers.add(Thread.ofPlatform().start(() -> ask(server, model, stop, answers, failures)));
    }
    List<Long> millis = new ArrayList<>();
    int before = 2;
    for (int i = 0; i < 4; i++) {
      Server by = i % 2 == 0 ? a : b;
      int after = 3 - before;
      long begun = System.nanoTime();
      JsonNode moved =
          by.post(
              stage(model) + "/rollback",
              "application/json",
              ("{\"from\":" + before + "}").getBytes(UTF_8));
      while (served(a, model) != after || served(b, model) != after) {
        assertThat(System.nanoTime() - begun).isLessThan(Duration.ofSeconds(2).toNanos());
      }
      millis.add((System.nanoTime() - begun) / 1_000_000);
      assertThat(moved.at("/replicas/behind")).isEmpty();
      before = after;
    }
    stop.set(true);
    for (Thread caller : callers) {
      caller.join();
    }
    System.out.printf("rollbacks: served by both after %s ms; %d answers%n", millis, answers.get());
    assertThat(failures).isEmpty();
    assertThat(answers.get()).isGreaterThan(20);
    assertThat(millis).allMatch(took -> took < 2_000);
  }

  @Test
  @Order(3)
  void aNoticeThatIsLostIsMadeUpForWithinFiveSeconds() throws Exception {
    String model = "churn-notice";
    publish(a, model, 1);
    publish(a, model, 2);
    a.put(stage(model), "{\"version\":2}");
    a.put(stage(model), "{\"version\":1}");
    assertThat(wire.silence("slipway-notices")).isEqualTo(2);
    long begun = System.nanoTime();
    HttpResponse<byte[]> moved = a.send(move(a, model, 2, null));
    assertThat(moved.statusCode()).as(text(moved)).isEqualTo(202);
    await().atMost(Duration.ofSeconds(5)).until(() -> served(b, model) == 2);
    System.out.printf("notice lost: %d ms%n", (System.nanoTime() - begun) / 1_000_000);
    b.awaitPrinted("the database sends notifications again");
  }

  @Test
  @Order(4)
  void wrongBytesInTheBucketAreNeverServedAndAreNamed() throws Exception {
    String model = "churn-rot";
    byte[] zip = Bundles.variant(Bundles.SAMPLES.resolve("customer/v1"), temp, "rot");
    String path = "/api/v1/models/" + model + "/versions";
    a.post(path, "application/zip", zip);
    String archive = b.get(path + "/1").get("archive_digest").asText();
    Path stored = store.file(archive);
    byte[] right = Files.readAllBytes(stored);
    byte[] wrong = right.clone();
    wrong[wrong.length / 2] ^= 1;
    Files.write(stored, wrong);

    HttpRequest predict =
        request(b, "/models/" + model + "/versions/1/predict", null)
            .POST(BodyPublishers.ofString(CUSTOMER))
            .build();
    HttpResponse<byte[]> answer = b.send(predict);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(503);
    assertThat(text(answer)).contains(archive);
    HttpResponse<byte[]> download = b.send(request(b, path + "/1/bundle", null).GET().build());
    assertThat(download.statusCode()).isEqualTo(503);
    assertThat(corrupt(b)).isGreaterThanOrEqualTo(2);
    assertThat(b.log()).contains(archive);

    a.post(path, "application/zip", zip);
    assertThat(Files.readAllBytes(stored)).as("mended by the same archive").isEqualTo(right);
    assertThat(b.send(predict).statusCode()).isEqualTo(200);
  }

  @Test
  @Order(5)
  void withoutDatabaseAndStoreBothServeAndARestartServesWhatItServedLast() throws Exception {
    String model = "churn-alone";
    publish(a, model, 1);
    a.put(stage(model), "{\"version\":1}");
    JsonNode key =
        a.post(
            "/api/v1/keys",
            "application/json",
            "{\"name\":\"drill\",\"roles\":[\"admin\"]}".getBytes(UTF_8));
    String secret = key.get("key").asText();
    await().atMost(Duration.ofSeconds(5)).until(() -> predict(b, model, null) == 401);
    assertThat(predict(b, model, secret)).isEqualTo(200);

    store.stop();
    HttpResponse<byte[]> refused =
        a.send(
            request(a, "/api/v1/models/" + model + "/versions", secret)
                .setHeader("Content-Type", "application/zip")
                .POST(
                    BodyPublishers.ofByteArray(
                        Bundles.variant(Bundles.SAMPLES.resolve("customer/v1"), temp, "refused")))
                .build());
    assertThat(refused.statusCode()).as(text(refused)).isEqualTo(503);
    wire.cut();
    assertThat(predict(a, model, secret)).isEqualTo(200);
    assertThat(predict(b, model, secret)).isEqualTo(200);

    b.kill();
    b = launch("b");
    b.awaitReady();
    assertThat(predict(b, model, secret)).isEqualTo(200);
    assertThat(predict(b, model, null)).as("closed as it was").isEqualTo(401);
    HttpResponse<byte[]> registry = b.send(request(b, "/api/v1/models", secret).GET().build());
    assertThat(registry.statusCode()).as(text(registry)).isEqualTo(503);
    HttpResponse<byte[]> ready = b.send(request(b, "/q/health/ready", null).GET().build());
    assertThat(text(ready)).contains("does not answer");

    wire.restore();
    store.restart();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                b.send(request(b, "/api/v1/models", secret).GET().build()).statusCode() == 200
                    && !text(b.send(request(b, "/q/health/ready", null).GET().build()))
                        .contains("does not answer"));
    assertThat(predict(b, model, secret)).isEqualTo(200);
  }

  private static Server one(Random random) {
    return random.nextBoolean() ? a : b;
  }

  private static String stage(String model) {
    return "/api/v1/models/" + model + "/stages/production";
  }

  private static void publish(Server server, String model, int version) throws Exception {
    byte[] zip = Bundles.zip(Bundles.SAMPLES.resolve("customer/v" + version));
    server.post("/api/v1/models/" + model + "/versions", "application/zip", zip);
  }

  private static HttpRequest move(Server server, String model, int version, Long revision) {
    HttpRequest.Builder request =
        request(server, stage(model), null).header("Prefer", "respond-async");
    if (revision != null) {
      request.header("If-Match", "\"" + revision + "\"");
    }
    return request.PUT(BodyPublishers.ofString("{\"version\":" + version + "}")).build();
  }

  private static HttpRequest.Builder request(Server server, String path, String key) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri(path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json");
    return key == null ? request : request.header("Authorization", "Bearer " + key);
  }

  private static int served(Server server, String model) throws Exception {
    return server
        .post("/models/" + model + "/predict", "application/json", CUSTOMER.getBytes(UTF_8))
        .get("version")
        .asInt();
  }

  private static int predict(Server server, String model, String key) throws Exception {
    return server
        .send(
            request(server, "/models/" + model + "/predict", key)
                .POST(BodyPublishers.ofString(CUSTOMER))
                .build())
        .statusCode();
  }

  private static void ask(
      Server server,
      String model,
      AtomicBoolean stop,
      AtomicInteger answers,
      Queue<String> failures) {
    try {
      while (!stop.get()) {
        int status = predict(server, model, null);
        answers.incrementAndGet();
        if (status != 200) {
          failures.add("answered " + status);
        }
      }
    } catch (Exception e) {
      failures.add(e.toString());
    }
  }

  private static double corrupt(Server server) throws IOException, InterruptedException {
    String metrics = text(server.send(request(server, "/metrics", null).GET().build()));
    return metrics
        .lines()
        .filter(line -> line.startsWith("slipway_artifact_corrupt_total "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .sum();
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), UTF_8);
  }
}
