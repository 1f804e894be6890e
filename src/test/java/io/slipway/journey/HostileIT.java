package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Seed;
import io.slipway.hostile.Answer;
import io.slipway.hostile.Case;
import io.slipway.hostile.Corpus;
import io.slipway.hostile.Judge;
import io.slipway.hostile.Sender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The hostile corpus, sent to the packaged jar: every case is refused, or read where anything is
/// an input, in time and in the right form, and leaves no trace of itself in the log or in memory.
/// Meanwhile a hundred right requests a second are answered: none is lost.
///
/// Cases that take a process of their own are sampled, by `-Dslipway.seed`; all of them run
/// with `-Dslipway.hostile=all`.
class HostileIT {
  private static final boolean ALL = System.getProperty("slipway.hostile", "").equals("all");
  private static final long SEED = Seed.of("hostile input");
  private static final int SAMPLE = 16;

  /// At once; more than the processors of a small machine.
  private static final int SENDERS = 4;

  /// On a busy machine; a refusal takes milliseconds on a quiet one.
  private static final int MOST_MILLIS = 20_000;

  /// With a probe, which has 15 s by the settings below, and may wait for two others.
  private static final int MOST_SLOW_MILLIS = 90_000;

  private static final int CALM_MILLIS = 10_000;
  private static final String CUSTOMER = "/models/customer-churn/predict";
  private static final byte[] ANYBODY = "{\"customer_id\":\"X\"}".getBytes();
  private static final String HEAP = "-Xmx640m";

  /// The share of good requests that must be answered by a prediction.
  private static final double LEAST_ANSWERED = 0.98;

  /// The server's bound in this drill.
  private static final int MOST_CONNECTIONS = 600;

  /// What the drill's own clients keep open: one for each right request that was on at a time.
  private static final int KEPT_ALIVE = 150;

  @TempDir Path temp;

  @Test
  void everyHostileInputIsRefusedInTimeAndLeavesNothingBehind() throws Exception {
    List<Case> cases = cases();
    Server server =
        Server.launch(
            temp.resolve("data"),
            Map.of(
                "JAVA_TOOL_OPTIONS",
                HEAP,
                "SLIPWAY_SERVING_PROBE_TIME",
                "15s",
                "QUARKUS_HTTP_LIMITS_MAX_CONNECTIONS",
                Integer.toString(MOST_CONNECTIONS),
                "SLIPWAY_SAMPLES_ENABLED",
                "true",
                "SLIPWAY_SAMPLES_DIR",
                Bundles.SAMPLES.toString()));
    try (server) {
      server.awaitReady();
      server.awaitServed("customer-churn", "digit", "mail-spam", "movie-review");
      int start = server.log().length();
      long before = server.residentBytes();
      GoodTraffic calm = new GoodTraffic(server, CUSTOMER, ANYBODY);
      try (calm) {
        Thread.sleep(CALM_MILLIS);
      }
      GoodTraffic disturbed = new GoodTraffic(server, CUSTOMER, ANYBODY);
      List<String> faults;
      try (disturbed) {
        faults = attack(server, cases);
      }
      disturbed.failures().stream().distinct().limit(20).forEach(System.out::println);
      System.out.printf(
          "good requests: %d in calm, p99 %.1f ms; %d under attack, p99 %.1f ms, %d failures%n",
          calm.count(),
          calm.p99(),
          disturbed.count(),
          disturbed.p99(),
          disturbed.failures().size());
      System.out.printf(
          "%d cases, %d faults; resident before %d MiB, after %d MiB%n",
          cases.size(), faults.size(), before >> 20, server.residentBytes() >> 20);
      assertThat(faults).isEmpty();
      assertThat(server.ended()).isFalse();
      assertThat(server.status("/q/health/ready")).isEqualTo(200);
      assertThat(Judge.faults(server.log().substring(start))).isEmpty();
      assertThat(server.residentBytes()).isLessThan(before + (1L << 30));
      // Where the machine is too small for both, a few are told to come back.
      assertThat(disturbed.failures()).allMatch(failure -> failure.startsWith("answers 429 "));
      assertThat(disturbed.answered())
          .as("good requests that were answered, of %d", disturbed.count())
          .isGreaterThanOrEqualTo((int) (disturbed.count() * LEAST_ANSWERED));
      assertThat(connectionsUntilOneIsClosed(server))
          .as("connections, after so many that ended in odd ways")
          .isBetween(MOST_CONNECTIONS - KEPT_ALIVE, MOST_CONNECTIONS);
      server.awaitReady();
      assertThat(ofADamagedArchive(server)).contains("503", "urn:slipway:problem:unavailable");
    }
  }

  /// How many can be open at once and have an answer.
  private static int connectionsUntilOneIsClosed(Server server) throws IOException {
    byte[] request = "GET /q/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes();
    List<Socket> open = new ArrayList<>();
    try {
      while (open.size() <= MOST_CONNECTIONS) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.uri("/").getPort());
        open.add(socket);
        if (!answers(socket, request)) {
          return open.size() - 1;
        }
      }
      return open.size();
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  private static boolean answers(Socket socket, byte[] request) {
    try {
      socket.setSoTimeout(MOST_MILLIS);
      socket.getOutputStream().write(request);
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      return false;
    }
  }

  /// What is answered for an archive whose bytes have changed on disk.
  private String ofADamagedArchive(Server server) throws Exception {
    try (Stream<Path> files = Files.walk(temp.resolve("data/store/blobs"))) {
      for (Path blob : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(blob);
        bytes[bytes.length / 2] ^= 1;
        blob.toFile().setWritable(true);
        Files.write(blob, bytes);
      }
    }
    HttpResponse<String> answer =
        server
            .client()
            .send(
                HttpRequest.newBuilder(server.uri("/api/v1/models/digit/versions/1/bundle"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }

  private static List<Case> cases() {
    List<Case> all = Corpus.all();
    assertThat(all).hasSizeGreaterThan(300);
    if (ALL) {
      return all;
    }
    List<Case> slow = new ArrayList<>(all.stream().filter(Case::slow).toList());
    Collections.shuffle(slow, new Random(SEED));
    return Stream.concat(
            slow.stream().limit(SAMPLE), all.stream().filter(hostile -> !hostile.slow()))
        .toList();
  }

  private static List<String> attack(Server server, List<Case> cases) throws Exception {
    ConcurrentLinkedQueue<Case> left = new ConcurrentLinkedQueue<>(cases);
    List<String> faults = Collections.synchronizedList(new ArrayList<>());
    Map<String, Long> slowest = Collections.synchronizedMap(new TreeMap<>());
    CountDownLatch done = new CountDownLatch(SENDERS);
    try (Sender sender = new Sender(server.uri("/").getPort())) {
      for (int i = 0; i < SENDERS; i++) {
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    for (Case next = left.poll(); next != null; next = left.poll()) {
                      one(sender, next, faults, slowest);
                    }
                  } finally {
                    done.countDown();
                  }
                });
      }
      assertThat(done.await(30, TimeUnit.MINUTES)).as("all cases were sent").isTrue();
    }
    slowest.forEach((category, millis) -> System.out.println(category + ": " + millis + " ms"));
    return faults;
  }

  private static void one(
      Sender sender, Case hostile, List<String> faults, Map<String, Long> slowest) {
    int most = hostile.slow() ? MOST_SLOW_MILLIS : MOST_MILLIS;
    try {
      Answer answer = sender.send(hostile.attack(), most);
      slowest.merge(hostile.category(), answer.millis(), Math::max);
      List<String> found = Judge.faults(hostile, answer, most);
      if (!found.isEmpty()) {
        faults.add(hostile + ": " + found);
      }
    } catch (Exception | Error e) {
      faults.add(hostile + ": " + e);
    }
  }
}
