package io.slipway.security.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import inference.GRPCInferenceServiceGrpc;
import inference.ModelInferRequest;
import inference.ModelStreamInferResponse;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.slipway.Bundles;
import io.slipway.bundle.BundleArchive;
import io.slipway.security.gate.Visitor.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A stream outlives neither the key nor the session that it was opened with.
@Tag("slow")
@QuarkusTest
@TestProfile(GuardedProfile.class)
class StandingTest {
  private static final String ADMIN = "Bearer " + GuardedProfile.ADMIN;
  private static final long PATIENCE_SECONDS = 20;

  @TestHTTPResource("/")
  URI root;

  @TempDir Path temp;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Visitor admin() {
    return Visitor.bearer(root, GuardedProfile.ADMIN);
  }

  private JsonNode key(String role, String more) {
    Answer made =
        admin()
            .send(
                "POST",
                "/api/v1/keys",
                "{\"name\":\"stream-%d\",\"roles\":[\"%s\"]%s}"
                    .formatted(ThreadLocalRandom.current().nextInt(1 << 30), role, more));
    assertThat(made.status()).as(made.http().body()).isEqualTo(201);
    return made.json();
  }

  private void revoke(JsonNode key) {
    Answer gone = admin().send("DELETE", "/api/v1/keys/" + key.get("id").asText(), "");
    assertThat(gone.status()).isEqualTo(200);
  }

  /// Opens the stream of events, and returns once its first line is there.
  ///
  /// @return completed when the stream has ended
  private CompletableFuture<Void> events(String header, String value) throws Exception {
    HttpResponse<Stream<String>> answer =
        client.send(
            HttpRequest.newBuilder(root.resolve("/api/v1/events")).header(header, value).build(),
            BodyHandlers.ofLines());
    assertThat(answer.statusCode()).isEqualTo(200);
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              answer.body().forEach(line -> {});
              ended.complete(null);
            });
    return ended;
  }

  @Test
  void eventsEndWithTheirKey() throws Exception {
    JsonNode key = key("viewer", "");
    CompletableFuture<Void> ended = events("Authorization", "Bearer " + key.get("key").asText());
    revoke(key);
    ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void eventsEndWhenTheirKeyExpires() throws Exception {
    Instant soon = Instant.now().plus(Duration.ofSeconds(3));
    JsonNode key = key("viewer", ",\"expires_at\":\"" + soon + "\"");
    events("X-API-Key", key.get("key").asText()).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(Instant.now()).isAfterOrEqualTo(soon);
  }

  @Test
  void eventsEndWithTheirSession() throws Exception {
    String form = "to=%2F&key=" + URLEncoder.encode(GuardedProfile.ADMIN, StandardCharsets.UTF_8);
    String cookie =
        Visitor.of(root)
            .send(
                "POST",
                "/session",
                form,
                "Content-Type",
                "application/x-www-form-urlencoded",
                "Sec-Fetch-Site",
                "same-origin")
            .header("Set-Cookie")
            .split(";")[0];
    CompletableFuture<Void> ended = events("Cookie", cookie);
    Answer out =
        Visitor.of(root)
            .send("DELETE", "/session", "", "Cookie", cookie, "Sec-Fetch-Site", "same-origin");
    assertThat(out.status()).isEqualTo(204);
    ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void aStreamOfObjectsEndsWithItsKey() throws Exception {
    release("standing");
    JsonNode key = key("caller", "");
    String object = "{\"customer_id\":\"X\"}\n";
    try (Socket socket = new Socket(root.getHost(), root.getPort())) {
      socket.setSoTimeout((int) Duration.ofSeconds(PATIENCE_SECONDS).toMillis());
      write(
          socket,
          "POST /models/standing/predict HTTP/1.1\r\nHost: localhost\r\n"
              + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n"
              + "Authorization: Bearer "
              + key.get("key").asText()
              + "\r\n\r\n");
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      chunk(socket, object);
      assertThat(answer(in)).contains("\"prediction_id\"");
      revoke(key);
      chunk(socket, object);
      assertThat(answer(in)).contains("\"line\":2", "unauthenticated", Standing.ENDED);
      Stream<String> rest = in.lines();
      assertThat(rest).noneMatch(line -> line.startsWith("{"));
    }
  }

  private static void chunk(Socket socket, String text) throws IOException {
    write(socket, Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  /// The next line that is an object.
  private static String answer(BufferedReader in) throws IOException {
    String line = in.readLine();
    while (!line.startsWith("{")) {
      line = in.readLine();
    }
    return line;
  }

  private void release(String model) throws Exception {
    Path zip = temp.resolve("bundle.zip");
    BundleArchive.pack(Bundles.folder("customer-v1"), zip);
    HttpResponse<String> published =
        client.send(
            HttpRequest.newBuilder(root.resolve("/api/v1/models/" + model + "/versions"))
                .header("Authorization", ADMIN)
                .header("Content-Type", "application/zip")
                .POST(BodyPublishers.ofFile(zip))
                .build(),
            BodyHandlers.ofString());
    assertThat(published.statusCode()).as(published.body()).isIn(200, 201);
    Answer promoted =
        admin().send("PUT", "/api/v1/models/" + model + "/stages/production", "{\"version\":1}");
    assertThat(promoted.status()).isEqualTo(200);
  }

  @Test
  void aStreamOfGrpcEndsWithItsKey() throws Exception {
    JsonNode key = key("caller", "");
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + key.get("key").asText());
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress(root.getHost(), root.getPort()).usePlaintext().build();
    try {
      CompletableFuture<String> first = new CompletableFuture<>();
      CompletableFuture<Status> end = new CompletableFuture<>();
      StreamObserver<ModelInferRequest> requests =
          GRPCInferenceServiceGrpc.newStub(channel)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
              .modelStreamInfer(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(ModelStreamInferResponse answer) {
                      first.complete(answer.getErrorMessage());
                    }

                    @Override
                    public void onError(Throwable failure) {
                      end.complete(Status.fromThrowable(failure));
                    }

                    @Override
                    public void onCompleted() {
                      end.complete(Status.OK);
                    }
                  });
      ModelInferRequest request = ModelInferRequest.newBuilder().setModelName("nowhere").build();
      requests.onNext(request);
      assertThat(first.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).contains("nowhere");
      revoke(key);
      requests.onNext(request);
      Status status = end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(status.getDescription()).isEqualTo(Standing.ENDED);
    } finally {
      channel.shutdownNow();
    }
  }
}
