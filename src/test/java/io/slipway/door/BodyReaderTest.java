package io.slipway.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Seed;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BodyReaderTest {
  private static final int LIMIT = 300_000;
  private static final long ROOM = 1 << 20;

  private final Vertx vertx = Vertx.vertx();
  private final BodyBudget budget = new BodyBudget(ROOM);
  private final BlockingQueue<String> refusals = new LinkedBlockingQueue<>();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /// Answers with the body that it has read; [#refusals] has why one was not read.
  private HttpServer echo() throws Exception {
    return echo(Duration.ofMinutes(1));
  }

  private HttpServer echo(Duration mostTime) throws Exception {
    return vertx
        .createHttpServer()
        .requestHandler(
            request -> {
              request.pause();
              new BodyReader(
                      request,
                      LIMIT,
                      budget,
                      (body, taken) -> {
                        budget.back(taken);
                        request.response().end(Buffer.buffer(body));
                      },
                      why -> {
                        refusals.add(why.getMessage());
                        request.connection().close();
                      },
                      mostTime)
                  .read();
            })
        .listen(0)
        .toCompletionStage()
        .toCompletableFuture()
        .get();
  }

  @AfterEach
  void stop() throws Exception {
    client.shutdownNow();
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }

  /// `bytes` in pieces of up to `most`, and no length declared.
  private static BodyPublisher pieces(byte[] bytes, int most, SplittableRandom random) {
    return BodyPublishers.ofInputStream(
        () ->
            new ByteArrayInputStream(bytes) {
              @Override
              public synchronized int read(byte[] into, int from, int length) {
                return super.read(into, from, Math.min(length, 1 + random.nextInt(most)));
              }
            });
  }

  @Test
  @Timeout(60)
  void aBodyIsWhatWasSentHoweverItComes() throws Exception {
    long seed = Seed.of("bodies in pieces");
    SplittableRandom random = new SplittableRandom(seed);
    URI echo = URI.create("http://localhost:" + echo().actualPort() + "/");
    int[] sizes = {0, 1, 511, 512, 513, 65_535, 65_536, 65_537, LIMIT - 1, LIMIT};
    for (int round = 0; round < 60; round++) {
      byte[] sent = new byte[round < sizes.length ? sizes[round] : random.nextInt(LIMIT)];
      random.nextBytes(sent);
      for (BodyPublisher body :
          new BodyPublisher[] {
            BodyPublishers.ofByteArray(sent), pieces(sent, 1 + random.nextInt(20_000), random)
          }) {
        HttpResponse<byte[]> answer =
            client.send(
                HttpRequest.newBuilder(echo).POST(body).build(), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(sent);
      }
    }
    assertThat(budget.taken()).isZero();
  }

  @Test
  @Timeout(60)
  void oneByteOverTheLimitIsRefusedWithWhatWasAllowed() throws Exception {
    URI echo = URI.create("http://localhost:" + echo().actualPort() + "/");
    byte[] sent = new byte[LIMIT + 1];

    assertThat(refusal(echo, BodyPublishers.ofByteArray(sent)))
        .isEqualTo("the body has 300001 bytes; at most 300000");
    assertThat(refusal(echo, pieces(sent, 10_000, new SplittableRandom(1))))
        .isEqualTo("the body has more than 300000 bytes");
    assertThat(budget.taken()).isZero();
  }

  @Test
  @Timeout(60)
  void aBodyThatStaysAwayIsNotWaitedForAndGivesItsRoomBack() throws Exception {
    int port = echo(Duration.ofSeconds(1)).actualPort();
    for (String come : new String[] {"", "four"}) {
      try (Socket socket = new Socket("localhost", port)) {
        String head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n";
        socket.getOutputStream().write((head + come).getBytes(StandardCharsets.US_ASCII));

        assertThat(refusals.poll(30, TimeUnit.SECONDS))
            .as("of which came \"%s\"", come)
            .isEqualTo("the body did not arrive within 1 s");
        assertThat(socket.getInputStream().read()).as("the end").isNegative();
      }
    }
    assertThat(budget.taken()).isZero();
  }

  private @Nullable String refusal(URI to, BodyPublisher body) throws InterruptedException {
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(HttpRequest.newBuilder(to).POST(body).build(), BodyHandlers.discarding());
    String refusal = refusals.poll(10, TimeUnit.SECONDS);
    assertThat(answer).failsWithin(10, TimeUnit.SECONDS);
    return refusal;
  }
}
