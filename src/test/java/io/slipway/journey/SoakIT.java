package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A day's life at a quickened pace, for as long as `-Dslipway.soak.seconds` says: predictions good
/// and bad, promotions, versions published and deleted, listeners that come and go, pages. Memory,
/// threads and file descriptors of the last third are those of the third before.
class SoakIT {
  private static final int SECONDS = Integer.getInteger("slipway.soak.seconds", 180);
  private static final String MODEL = "/api/v1/models/customer-churn";

  /// Beyond these, something leaks: what a collection of garbage or a pool breathes is less.
  private static final int MORE_THREADS = 8;
  private static final int MORE_DESCRIPTORS = 12;
  private static final double MORE_MEMORY = 1.08;

  @TempDir Path temp;

  private record Sample(long resident, long threads, long descriptors) {}

  private interface Work {
    void run() throws Exception;
  }

  private final List<Sample> samples = new ArrayList<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger predicted = new AtomicInteger();
  private final AtomicInteger moved = new AtomicInteger();
  private final AtomicInteger published = new AtomicInteger();

  @Test
  void memoryThreadsAndDescriptorsAreFlat() throws Exception {
    try (Server server = Server.launchAsDeployed(temp.resolve("data"))) {
      server.awaitReady();
      for (int i = 1; i <= 2; i++) {
        publish(server, Bundles.zip(Bundles.SAMPLES.resolve("customer/v" + i)));
        server.put(MODEL + "/stages/production", "{\"version\":" + i + "}");
      }
      ScheduledExecutorService clock = Executors.newScheduledThreadPool(4);
      every(clock, 40, () -> predict(server, "{\"customer_id\":\"X\"}", 200));
      every(clock, 500, () -> predict(server, "{\"customer_id\":7}", 422));
      every(clock, 700, () -> predict(server, "{\"customer_id\":", 400));
      every(clock, 1_000, () -> flip(server));
      every(clock, 5_000, () -> replace(server));
      every(clock, 900, () -> listen(server));
      every(clock, 1_100, () -> look(server));
      every(clock, 1_000, () -> samples.add(sample(server)));
      clock.awaitTermination(SECONDS, TimeUnit.SECONDS);
      clock.shutdown();
      assertThat(clock.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
      report();
    }
    assertThat(failures).isEmpty();
    assertThat(predicted.get()).isGreaterThan(SECONDS * 5);
    assertThat(moved.get()).isGreaterThan(SECONDS / 4);
    assertThat(published.get()).isGreaterThan(SECONDS / 30);
    assertThat(median(2, Sample::threads))
        .isLessThanOrEqualTo(median(1, Sample::threads) + MORE_THREADS);
    assertThat(median(2, Sample::descriptors))
        .isLessThanOrEqualTo(median(1, Sample::descriptors) + MORE_DESCRIPTORS);
    assertThat((double) median(2, Sample::resident))
        .isLessThan(median(1, Sample::resident) * MORE_MEMORY);
  }

  private void every(ScheduledExecutorService clock, long millis, Work work) {
    clock.scheduleAtFixedRate(
        () -> {
          try {
            work.run();
          } catch (Exception | AssertionError e) {
            failures.add(e.toString());
          }
        },
        millis,
        millis,
        TimeUnit.MILLISECONDS);
  }

  private void predict(Server server, String body, int expected)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        server
            .client()
            .send(
                HttpRequest.newBuilder(server.uri("/models/customer-churn/predict"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body))
                    .build(),
                BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(expected);
    predicted.incrementAndGet();
  }

  private void flip(Server server) throws IOException, InterruptedException {
    server.put(MODEL + "/stages/production", "{\"version\":" + (1 + moved.get() % 2) + "}");
    moved.incrementAndGet();
  }

  private int publish(Server server, byte[] zip) throws IOException, InterruptedException {
    return server.post(MODEL + "/versions", "application/zip", zip).path("version").asInt();
  }

  /// A version comes and goes.
  private void replace(Server server) throws Exception {
    int number =
        publish(
            server,
            Bundles.variant(
                Bundles.SAMPLES.resolve("customer/v1"), temp, "soak " + published.get()));
    HttpResponse<String> gone =
        server
            .client()
            .send(
                HttpRequest.newBuilder(server.uri(MODEL + "/versions/" + number)).DELETE().build(),
                BodyHandlers.ofString());
    assertThat(gone.statusCode()).isEqualTo(204);
    published.incrementAndGet();
  }

  /// Somebody listens to events for a moment and hangs up.
  private static void listen(Server server) throws IOException, InterruptedException {
    HttpResponse<InputStream> events =
        server
            .client()
            .send(
                HttpRequest.newBuilder(server.uri("/api/v1/events")).build(),
                BodyHandlers.ofInputStream());
    events.body().close();
    assertThat(events.statusCode()).isEqualTo(200);
  }

  private static void look(Server server) throws InterruptedException {
    for (String page : List.of("/console", "/console/latency", "/metrics", "/docs/tutorial")) {
      assertThat(server.status(page)).as(page).isEqualTo(200);
    }
  }

  private static Sample sample(Server server) throws IOException {
    long threads = 0;
    Path process = Path.of("/proc", Long.toString(server.pid()));
    for (String line : Files.readAllLines(process.resolve("status"))) {
      if (line.startsWith("Threads:")) {
        threads = Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
      return new Sample(server.residentBytes(), threads, descriptors.count());
    }
  }

  /// Of one third of the time; the first is for warming up.
  private long median(int third, ToLongFunction<Sample> what) {
    int size = samples.size() / 3;
    long[] sorted =
        samples.subList(third * size, (third + 1) * size).stream()
            .mapToLong(what)
            .sorted()
            .toArray();
    return sorted[sorted.length / 2];
  }

  private void report() {
    System.out.printf(
        Locale.ROOT,
        "%d s: %d predictions, %d moves, %d versions published and deleted%n"
            + "median of the second and the last third: %d and %d MB resident, %d and %d threads,"
            + " %d and %d file descriptors%n",
        SECONDS,
        predicted.get(),
        moved.get(),
        published.get(),
        median(1, Sample::resident) >> 20,
        median(2, Sample::resident) >> 20,
        median(1, Sample::threads),
        median(2, Sample::threads),
        median(1, Sample::descriptors),
        median(2, Sample::descriptors));
  }
}
