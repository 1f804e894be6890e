package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.slipway.BlackHole;
import io.slipway.Bundles;
import io.slipway.bundle.BundleArchive;
import io.slipway.bundle.Digest;
import io.slipway.registry.CommitCutter.Moment;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every kind of write, its commit cut at every moment: what is answered, what is the case, and
/// what the same request does when it is sent again. The connection is really cut, by a proxy
/// before a real PostgreSQL. Prints the table of `docs/reliability.md`.
@Tag("slow")
@QuarkusTest
@TestProfile(LostAnswersTest.Profile.class)
class LostAnswersTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ADMIN = "0123456789abcdef0123456789abcdef";
  private static final String MODEL = "/api/v1/models/cut";
  private static final String PRODUCTION = MODEL + "/stages/production";
  private static final String ALIAS = MODEL + "/aliases/champion";
  private static final String KEYS = "/api/v1/keys";

  /// The body of an upload that is not a bundle.
  private static final String BROKEN = "bundle broken";

  @TestHTTPResource("/")
  URI service;

  @TempDir Path temp;

  private final HttpClient client = HttpClient.newHttpClient();
  private static int number;

  @ConfigProperty(name = "quarkus.datasource.jdbc.url")
  String database;

  @ConfigProperty(name = "quarkus.s3.endpoint-override")
  URI bucket;

  @Inject BlobStore disk;

  public static final class Profile implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("slipway.admin.key", ADMIN, "slipway.store.timeout", "1s");
    }

    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(
          new TestResourceEntry(CutDatabase.class), new TestResourceEntry(CutBucket.class));
    }
  }

  /// A call of the API.
  private record Request(String method, String path, String body) {}

  /// What was answered.
  private record Answer(int status, JsonNode body, String retryAfter) {
    String type() {
      return body.path("type").asText().replace("urn:slipway:problem:", "");
    }

    String shown() {
      return type().isEmpty() ? Integer.toString(status) : status + " " + type();
    }
  }

  /// A kind of write.
  ///
  /// @param before brings the registry where the write has something to do
  /// @param request the write
  /// @param done whether the registry shows it
  /// @param again the status of the same request after it is done
  private record Write(
      String name, Step before, Step.Of<Request> request, Step.Of<Boolean> done, int again) {}

  @FunctionalInterface
  private interface Step {
    void run() throws Exception;

    @FunctionalInterface
    interface Of<T> {
      T get() throws Exception;
    }
  }

  @AfterEach
  void restore() {
    CommitCutter.restore();
    BlackHole.restore(databasePort());
    BlackHole.restore(bucket.getPort());
    limit(LONG);
  }

  private int databasePort() {
    return URI.create(database.substring("jdbc:".length())).getPort();
  }

  @BeforeEach
  void threeVersions() throws Exception {
    if (send(new Request("GET", MODEL, "")).status == 404) {
      for (int i = 0; i < 3; i++) {
        fresh();
        ok(upload());
      }
      promote(1);
      promote(2);
    }
  }

  /// Reading and writing calls, with several transactions and one.
  private List<Request> calls() {
    return List.of(
        new Request("GET", MODEL, ""),
        new Request("GET", version(1) + "/lineage", ""),
        new Request("GET", KEYS, ""),
        new Request("GET", "/console/models/cut", ""),
        new Request("PATCH", MODEL, "{\"description\":\"late\"}"),
        new Request("PUT", PRODUCTION, "{\"version\":3}"),
        new Request("POST", PRODUCTION + "/rollback", "{\"from\":2}"),
        new Request("POST", KEYS, "{\"name\":\"late\",\"roles\":[\"viewer\"]}"));
  }

  @Test
  void aSilentDatabaseHoldsNoCallLongerThanItsDeadline() throws Exception {
    limit(Duration.ofMillis(600));
    BlackHole.silence(databasePort(), 0);
    for (Request request : calls()) {
      long begun = System.nanoTime();
      Answer answer = send(request);
      assertThat(answer.status).as(request + ": " + answer).isEqualTo(503);
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .as(request.toString())
          .isLessThan(Duration.ofSeconds(5));
      if (!request.path.startsWith("/console")) {
        assertThat(answer.shown()).as(request.toString()).isEqualTo("503 unavailable");
        assertThat(answer.retryAfter).as(request.toString()).isEqualTo("1");
      }
    }
    BlackHole.restore(databasePort());
    limit(LONG);
    assertThat(awaited(this::production)).isEqualTo(2);
    assertThat(awaited(() -> model().path("description").asText())).isNotEqualTo("late");
  }

  /// Each transaction is within the deadline here, and all of them are not.
  @Test
  void theTransactionsOfACallShareItsDeadline() throws Exception {
    Request page = new Request("GET", "/console/models/cut", "");
    assertThat(awaited(() -> send(page)).status).isEqualTo(200);
    BlackHole.delay(databasePort(), Duration.ofMillis(20));
    limit(LONG);
    long begun = System.nanoTime();
    assertThat(send(page).status).isEqualTo(200);
    Duration whole = Duration.ofNanos(System.nanoTime() - begun);
    limit(whole.multipliedBy(2).dividedBy(3));
    assertThat(send(page).status).isEqualTo(503);
  }

  @Test
  void aSilentBucketHoldsNoCallLongerThanItsDeadline() throws Exception {
    Digest blob = new Digest(get(version(1)).at("/archive_digest").asText().substring(7));
    fresh();
    Request upload = upload();
    Files.delete(disk.path(blob));
    BlackHole.silence(bucket.getPort(), 0);
    for (Request request :
        List.of(
            upload,
            new Request("GET", version(1) + "/files/bundle.json", ""),
            new Request("GET", version(1) + "/bundle", ""),
            new Request("GET", "/api/v1/store/garbage", ""))) {
      long begun = System.nanoTime();
      Answer answer = send(request);
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      assertThat(answer.shown()).as(request + ": " + answer).isEqualTo("503 unavailable");
      assertThat(answer.retryAfter).as(request.toString()).isEqualTo("1");
      assertThat(took).as(request.toString()).isLessThan(Duration.ofSeconds(10));
    }
    assertThat(has(number)).as("not registered").isFalse();
    BlackHole.restore(bucket.getPort());
    ok(upload);
    ok(new Request("GET", version(1) + "/files/bundle.json", ""));
    assertThat(disk.path(blob)).exists();
  }

  /// The commit of its entry in the history can't be found out about.
  @Test
  void aRefusedBundleIsRefusedWhateverBecomesOfItsEntryInTheHistory() throws Exception {
    limit(Duration.ofSeconds(1));
    CommitCutter.arm(Moment.ALL);
    Answer answer = send(new Request("POST", MODEL + "/versions", BROKEN));
    CommitCutter.restore();
    limit(LONG);
    assertThat(answer.shown()).as(answer.toString()).isEqualTo("422 bundle-rejected");
    awaited(this::model);
  }

  private List<Write> writes() {
    return List.of(
        new Write("upload of a version", this::fresh, this::upload, () -> has(number), 200),
        new Write(
            "promotion",
            () -> promote(1),
            () -> new Request("PUT", PRODUCTION, "{\"version\":2}"),
            () -> production() == 2,
            200),
        new Write(
            "rollback",
            () -> {
              promote(1);
              promote(2);
            },
            () -> new Request("POST", PRODUCTION + "/rollback", "{}"),
            () -> production() == 1,
            200),
        new Write(
            "alias",
            () -> send(new Request("DELETE", ALIAS, "")),
            () -> new Request("PUT", ALIAS, "{\"version\":1}"),
            () -> model().at("/aliases/champion").asInt() == 1,
            200),
        new Write(
            "removal of an alias",
            () -> send(new Request("PUT", ALIAS, "{\"version\":1}")),
            () -> new Request("DELETE", ALIAS, ""),
            () -> model().at("/aliases/champion").isMissingNode(),
            200),
        new Write(
            "archiving",
            () -> ok(new Request("PATCH", version(3), "{\"archived\":false}")),
            () -> new Request("PATCH", version(3), "{\"archived\":true}"),
            () -> get(version(3)).get("archived").asBoolean(),
            200),
        new Write(
            "description and tags of a version",
            () -> number++,
            () -> new Request("PATCH", version(3), "{\"tags\":{\"n\":\"" + number + "\"}}"),
            () -> get(version(3)).at("/tags/n").asInt() == number,
            200),
        new Write(
            "description and tags of a model",
            () -> number++,
            () -> new Request("PATCH", MODEL, "{\"description\":\"" + number + "\"}"),
            () -> model().get("description").asInt() == number,
            200),
        new Write(
            "deletion of a version",
            () -> {
              fresh();
              ok(upload());
            },
            () -> new Request("DELETE", version(newest()), ""),
            () -> !has(number),
            404),
        new Write(
            "new key",
            () -> number++,
            () ->
                new Request("POST", KEYS, "{\"name\":\"k" + number + "\",\"roles\":[\"viewer\"]}"),
            () -> !key(number).isMissingNode(),
            409),
        new Write(
            "revocation of a key",
            () -> {
              number++;
              ok(
                  new Request(
                      "POST", KEYS, "{\"name\":\"k" + number + "\",\"roles\":[\"viewer\"]}"));
              revoked = key(number).get("id").asText();
            },
            () -> new Request("DELETE", KEYS + "/" + revoked, ""),
            () -> key(number).isMissingNode(),
            200));
  }

  private String revoked = "";

  @Test
  void everyWriteAnswersWhatBecameOfIt() throws Exception {
    List<String> table = new ArrayList<>();
    for (Write write : writes()) {
      for (Moment moment : Moment.values()) {
        table.add(row(write, moment));
      }
    }
    System.out.println(String.join("\n", table));
  }

  private static void limit(Duration deadline) {
    CallDeadline.configure(deadline, deadline);
  }

  private String row(Write write, Moment moment) throws Exception {
    String where = write.name + ", " + moment;
    write.before.run();
    Request request = write.request.get();
    String key = UUID.randomUUID().toString();
    assertThat(write.done.get()).as(where + ": before").isFalse();

    // Each row of a silent database waits for the whole of it.
    limit(moment == Moment.SILENT || moment == Moment.ALL ? Duration.ofMillis(800) : LONG);
    CommitCutter.arm(moment);
    Answer answer = send(request, key);
    CommitCutter.restore();
    limit(LONG);
    boolean done = awaited(write.done);
    Answer again = send(request, key);

    assertThat(awaited(write.done)).as(where + ": after the repetition").isTrue();
    switch (moment) {
      case BEFORE -> {
        assertThat(answer.shown()).as(where + ": " + answer).isEqualTo("503 unavailable");
        assertThat(answer.body.get("detail").asText()).contains("nothing has changed");
        assertThat(done).as(where).isFalse();
        assertThat(again.status).as(where + ": " + again).isBetween(200, 204);
      }
      case ANSWER, SILENT -> {
        assertThat(answer.status).as(where + ": " + answer).isBetween(200, 204);
        assertThat(done).as(where).isTrue();
        assertThat(again.status).as(where + ": " + again).isEqualTo(write.again);
      }
      case ALL -> {
        assertThat(answer.shown()).as(where + ": " + answer).isEqualTo("503 outcome-unknown");
        assertThat(answer.body.get("detail").asText()).contains("request_id " + key);
        assertThat(done).as(where).isTrue();
        assertThat(again.status).as(where + ": " + again).isEqualTo(write.again);
      }
    }
    return "| %s | %s | %s | %s | %s |"
        .formatted(write.name, moment, answer.shown(), done ? "done" : "not done", again.shown());
  }

  /// The registry may have connections left that were cut: they fail once.
  private static <T> T awaited(Step.Of<T> reading) throws Exception {
    for (int left = 100; left > 0; left--) {
      try {
        return reading.get();
      } catch (AssertionError e) {
        // Such a connection has failed; it leaves the pool.
      }
    }
    return reading.get();
  }

  /// A bundle that is not there yet.
  private void fresh() {
    number++;
  }

  private Request upload() {
    return new Request("POST", MODEL + "/versions", "bundle " + number);
  }

  private static String version(int version) {
    return MODEL + "/versions/" + version;
  }

  private JsonNode model() throws Exception {
    return get(MODEL);
  }

  private int production() throws Exception {
    return model().at("/stages/production/version").asInt();
  }

  private int newest() throws Exception {
    return get(MODEL + "/versions").at("/versions/0/version").asInt();
  }

  private boolean has(int bundle) throws Exception {
    for (JsonNode version : get(MODEL + "/versions").get("versions")) {
      if (version.path("description").asText().equals("bundle " + bundle)) {
        return true;
      }
    }
    return false;
  }

  private JsonNode key(int key) throws Exception {
    for (JsonNode found : get(KEYS + "?limit=500").get("keys")) {
      if (found.get("name").asText().equals("k" + key)) {
        return found;
      }
    }
    return JSON.missingNode();
  }

  private void promote(int version) throws Exception {
    ok(new Request("PUT", PRODUCTION, "{\"version\":" + version + "}"));
  }

  private JsonNode get(String path) throws Exception {
    return ok(new Request("GET", path, ""));
  }

  private JsonNode ok(Request request) throws Exception {
    Answer answer = send(request);
    assertThat(answer.status).as(request + ": " + answer.body).isBetween(200, 204);
    return answer.body;
  }

  private Answer send(Request request) throws Exception {
    return send(request, UUID.randomUUID().toString());
  }

  private Answer send(Request request, String key) throws Exception {
    boolean bundle = request.body.startsWith("bundle");
    BodyPublisher body =
        bundle
            ? BodyPublishers.ofByteArray(zip(request.body))
            : BodyPublishers.ofString(request.body);
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(service.resolve(request.path))
                .header("Authorization", "Bearer " + ADMIN)
                .header("Idempotency-Key", key)
                .header("Content-Type", bundle ? "application/zip" : "application/json")
                .method(request.method, body)
                .build(),
            BodyHandlers.ofString());
    return new Answer(
        answer.statusCode(),
        answer.headers().firstValue("Content-Type").orElse("").contains("json")
            ? JSON.readTree(answer.body())
            : JSON.missingNode(),
        answer.headers().firstValue("Retry-After").orElse(""));
  }

  /// The customer bundle with `card` as its description.
  private byte[] zip(String card) throws IOException {
    Path zip = temp.resolve(card + ".zip");
    if (!Files.exists(zip)) {
      Path folder = Files.createDirectory(temp.resolve(card));
      Path customer = Bundles.folder("customer-v1");
      for (String file : List.of("model.onnx", "examples.jsonl")) {
        Files.copy(customer.resolve(file), folder.resolve(file));
      }
      String manifest = Files.readString(customer.resolve("bundle.json"));
      Files.writeString(
          folder.resolve("bundle.json"),
          card.equals(BROKEN) ? "{}" : manifest.replace("customer v1", card));
      BundleArchive.pack(folder, zip);
    }
    return Files.readAllBytes(zip);
  }
}
