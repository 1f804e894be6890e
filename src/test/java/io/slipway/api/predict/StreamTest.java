package io.slipway.api.predict;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.Bundles;
import io.slipway.api.Gateway;
import io.slipway.process.database.EmbeddedDatabaseResource;
import io.slipway.registry.Caller;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Promotion;
import io.slipway.registry.Registry;
import io.slipway.serving.load.Promotions;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Streams of objects through the predict door.
@QuarkusTest
@QuarkusTestResource(EmbeddedDatabaseResource.class)
class StreamTest {
  private static final String PATH = "/models/s-customer/predict";

  @Inject Registry registry;
  @Inject Promotions promotions;

  @TestHTTPResource("/")
  URI root;

  private final List<JsonNode> examples = Gateway.examples(Bundles.folder("customer-v1"));

  @BeforeEach
  void publish() {
    if (new Gateway(root).get("/models/s-customer").status() != 200) {
      ModelVersion version = Bundles.register(registry, "s-customer", "customer-v1");
      promotions.promote(
          new Promotion("s-customer", "production", version.number(), null, null, Caller.SYSTEM));
    }
  }

  private String object(int i) {
    return examples.get(i % examples.size()).get("object").toString();
  }

  private HttpResponse<Stream<String>> send(String body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(root.resolve(PATH))
                .header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofLines());
  }

  @Test
  void everyLineIsAnsweredInOrderAndABadOneByItsProblem() throws Exception {
    int count = 1_000;
    String body =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    switch (i) {
                      case 100 -> "{\"customer_id\":";
                      case 200 -> "{\"customer_id\":7}";
                      case 300 -> "{\"instances\":[" + object(0) + "]}";
                      case 400 -> "   ";
                      default -> object(i);
                    })
            .collect(Collectors.joining("\n"));

    HttpResponse<Stream<String>> response = send(body);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
    assertThat(response.headers().firstValue("Slipway-Model-Version")).hasValue("1");
    List<JsonNode> answers = response.body().map(Gateway::tree).toList();
    assertThat(answers).as("the blank line is left out").hasSize(count - 1);
    for (int i = 0; i < answers.size(); i++) {
      int line = i < 400 ? i : i + 1;
      JsonNode answer = answers.get(i);
      switch (line) {
        case 100, 300 -> {
          assertThat(answer.at("/error/status").asInt()).isEqualTo(400);
          assertThat(answer.get("line").asInt()).isEqualTo(line + 1);
        }
        case 200 -> {
          assertThat(answer.at("/error/errors/0/pointer").asText()).isEqualTo("/customer_id");
          assertThat(answer.get("line").asInt()).isEqualTo(line + 1);
        }
        default ->
            assertThat(answer.at("/output/label").asText())
                .as("line %d: %s", line, answer)
                .isEqualTo(examples.get(line % examples.size()).at("/output/label").asText());
      }
    }
  }

  @Test
  void aLineOverTheLimitIsRefusedAndTheRestGoesOn() throws Exception {
    List<JsonNode> answers =
        send("{\"customer_id\":\"" + "x".repeat(1_100_000) + "\"}\n" + object(0) + "\n")
            .body()
            .map(Gateway::tree)
            .toList();

    assertThat(answers).hasSize(2);
    assertThat(answers.get(0).at("/error/status").asInt()).isEqualTo(413);
    assertThat(answers.get(1).has("output")).isTrue();
  }

  @Test
  void anEmptyStreamIsAnEmptyAnswer() throws Exception {
    assertThat(send("").body()).isEmpty();
  }

  @Test
  void aLineIsAnsweredBeforeTheNextIsSent() throws Exception {
    try (Socket socket = open()) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      for (int i = 0; i < 5; i++) {
        chunk(socket.getOutputStream(), object(i) + "\n");
        String line = in.readLine();
        while (!line.startsWith("{")) {
          line = in.readLine();
        }
        assertThat(Gateway.tree(line).has("output")).isTrue();
      }
    }
  }

  @Test
  void whoTakesNoAnswersIsNotReadOn() throws Exception {
    AtomicLong sent = new AtomicLong();
    AtomicBoolean stop = new AtomicBoolean();
    Socket socket = open();
    Thread sender;
    try {
      String lines = (object(0) + "\n").repeat(50);
      sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (!stop.get() && sent.get() < 400L << 20) {
                        chunk(socket.getOutputStream(), lines);
                        sent.addAndGet(lines.length());
                      }
                    } catch (IOException e) {
                      // Closed below.
                    }
                  });
      // It stops at what the buffers of both sides hold.
      AtomicLong before = new AtomicLong(-1);
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofSeconds(3))
          .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());
      assertThat(sent.get()).isLessThan(100L << 20);

    } finally {
      stop.set(true);
      socket.close();
    }
    sender.join();
    // The version is let go of: the model still serves and nothing is on.
    Awaitility.await().until(() -> metric("slipway_predict_in_flight{model=\"s-customer\"}") == 0);
    Awaitility.await()
        .until(() -> metric("slipway_predict_queue_depth{model=\"s-customer\"}") == 0);
  }

  private double metric(String name) throws Exception {
    try (InputStream in = root.resolve("/metrics").toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(name))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .findFirst()
          .orElse(-1);
    }
  }

  private Socket open() throws Exception {
    Socket socket = new Socket(root.getHost(), root.getPort());
    socket.setSoTimeout(60_000);
    socket
        .getOutputStream()
        .write(
            ("POST "
                    + PATH
                    + " HTTP/1.1\r\nHost: "
                    + root.getAuthority()
                    + "\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static void chunk(OutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(bytes);
    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
