package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.journey.StageHistory.Moved;
import io.slipway.journey.StageHistory.Seen;
import io.slipway.journey.StageHistory.Served;
import io.slipway.journey.StageHistory.Unknown;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Clients that move one stage against each other, look at it and predict by it, and write down
/// what they were told.
final class StageMovers {
  private static final String MODEL = "/api/v1/models/contended";
  private static final String STAGE = MODEL + "/stages/production";
  private static final int VERSIONS = 3;
  private static final int MOVERS = 3;

  private final StageHistory history = new StageHistory();

  /// Publishes the versions that are moved.
  void publish(Server server, Path temp) throws IOException, InterruptedException {
    for (int i = 1; i <= VERSIONS; i++) {
      server.post(
          MODEL + "/versions",
          "application/zip",
          Bundles.variant(Bundles.SAMPLES.resolve("customer/v1"), temp, "contended " + i));
    }
  }

  /// Starts the clients; they end when `server` is gone.
  List<Thread> start(Server server, long seed, AtomicBoolean killed) {
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i <= MOVERS; i++) {
      Random random = new Random(seed * 31 + i);
      boolean moves = i < MOVERS;
      clients.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (moves ? move(server, random) : watch(server)) {
                        // On to the next one.
                      }
                    } catch (IOException e) {
                      assertThat(killed.get()).as("it broke before the kill: %s", e).isTrue();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }));
    }
    return clients;
  }

  private boolean move(Server server, Random random) throws IOException, InterruptedException {
    Long expected = random.nextBoolean() ? look(server) : null;
    boolean back = random.nextInt(4) == 0;
    Integer version = back ? null : 1 + random.nextInt(VERSIONS);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri(back ? STAGE + "/rollback" : STAGE))
            .header("Content-Type", "application/json")
            .method(
                back ? "POST" : "PUT",
                BodyPublishers.ofString(back ? "{}" : "{\"version\":" + version + "}"));
    if (expected != null) {
      request.header("If-Match", "\"" + expected + "\"");
    }
    long start = System.nanoTime();
    HttpResponse<String> answer;
    try {
      answer = server.client().send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      history.add(new Unknown(start, version));
      throw e;
    }
    write(answer, start, System.nanoTime(), expected, version);
    return true;
  }

  private void write(
      HttpResponse<String> answer,
      long start,
      long end,
      @Nullable Long expected,
      @Nullable Integer version)
      throws IOException {
    switch (answer.statusCode()) {
      case 200 -> {
        JsonNode moved = Server.JSON.readTree(answer.body());
        long revision = moved.path("revision").asLong();
        int now = moved.path("version").asInt();
        if (moved.path("moved").asBoolean()) {
          JsonNode previous = moved.path("previous");
          history.add(
              new Moved(
                  start, end, expected, revision, now, previous.isInt() ? previous.asInt() : null));
        } else {
          history.add(new Seen(start, end, revision, now));
        }
      }
      // Lost against another, or nothing to go back to: nothing has happened.
      case 409, 412 -> {}
      // The registry went away in the middle of it.
      case 503 -> history.add(new Unknown(start, version));
      default -> throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
  }

  /// Reads the stage.
  ///
  /// @return its revision; null where nothing is in it
  @Nullable Long look(Server server) throws IOException, InterruptedException {
    long start = System.nanoTime();
    HttpResponse<String> answer =
        server
            .client()
            .send(HttpRequest.newBuilder(server.uri(STAGE)).build(), BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      return null;
    }
    JsonNode stage = Server.JSON.readTree(answer.body());
    long revision = stage.path("revision").asLong();
    history.add(new Seen(start, System.nanoTime(), revision, stage.path("version").asInt()));
    return revision;
  }

  private boolean watch(Server server) throws IOException, InterruptedException {
    long start = System.nanoTime();
    HttpResponse<String> answer =
        server
            .client()
            .send(
                HttpRequest.newBuilder(server.uri("/models/contended/predict"))
                    .header("Content-Type", "application/json")
                    .POST(
                        BodyPublishers.ofByteArray(
                            "{\"customer_id\":\"X\"}".getBytes(StandardCharsets.UTF_8)))
                    .build(),
                BodyHandlers.ofString());
    if (answer.statusCode() == 200) {
      int version = Server.JSON.readTree(answer.body()).path("version").asInt();
      history.add(new Served(start, System.nanoTime(), version));
    } else {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    }
    return true;
  }

  /// @param seed for the one who reads the failure
  void judge(long seed) {
    System.out.printf("%d calls on one stage, judged%n", history.size());
    assertThat(history.faults()).as("seed %d", seed).isEmpty();
  }
}
