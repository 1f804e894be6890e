package io.slipway.api.registry;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.slipway.registry.Outbox;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The stream of events over HTTP. Each test reads until an event of its own, so none waits.
@Tag("slow")
@Timeout(60)
@QuarkusTest
@TestProfile(SmallUploadsProfile.class)
class EventsApiTest {
  private static final String EVENTS = "/api/v1/events";

  @TestHTTPResource("/")
  URI root;

  @Inject Outbox outbox;
  @Inject DataSource database;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AfterEach
  void close() {
    client.shutdownNow();
  }

  /// One block of the stream.
  private record Block(@Nullable String id, @Nullable String event, String data) {}

  /// An open stream.
  private final class Listener implements AutoCloseable {
    private final HttpResponse<java.io.InputStream> answer;
    private final BufferedReader in;

    Listener(String query, @Nullable String lastId) throws IOException, InterruptedException {
      HttpRequest.Builder request = HttpRequest.newBuilder(root.resolve(EVENTS + query));
      if (lastId != null) {
        request.header("Last-Event-ID", lastId);
      }
      answer = client.send(request.build(), BodyHandlers.ofInputStream());
      assertThat(answer.statusCode()).isEqualTo(200);
      in = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    Block next() throws IOException {
      String id = null;
      String event = null;
      StringBuilder data = new StringBuilder();
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        String value = line.substring(line.indexOf(':') + 1).strip();
        if (line.startsWith("id:")) {
          id = value;
        } else if (line.startsWith("event:")) {
          event = value;
        } else if (line.startsWith("data:")) {
          data.append(value);
        }
      }
      return new Block(id, event, data.toString());
    }

    /// The events up to the first of `kind`, which is included.
    List<Block> until(String kind) throws IOException {
      List<Block> blocks = new ArrayList<>();
      do {
        Block block = next();
        if (block.event() != null) {
          blocks.add(block);
        }
      } while (blocks.isEmpty() || !kind.equals(blocks.getLast().event()));
      return blocks;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  private void add(String kind, @Nullable String model) {
    outbox.add(kind, model, JsonNodeFactory.instance.objectNode());
  }

  @Test
  void theHeadersKeepProxiesFromHoldingBackAndTheFirstBlockHasAnId() throws Exception {
    add("before", null);
    try (Listener listener = new Listener("", null)) {
      assertThat(listener.answer.headers().firstValue("Cache-Control"))
          .hasValue("no-cache, no-transform");
      assertThat(listener.answer.headers().firstValue("X-Accel-Buffering")).hasValue("no");
      Block first = listener.next();
      assertThat(first.event()).isNull();
      assertThat(first.id()).isNotNull();
    }
  }

  @Test
  void whoAsksForKindsAndModelsGetsThoseAlone() throws Exception {
    try (Listener listener =
        new Listener("?kind=wanted&kind=rollout.*&model=mine-*&model=other", null)) {
      listener.next();
      add("wanted", "mine-1");
      add("wanted", "yours");
      add("unwanted", "mine-1");
      add("rollout.step", "other");
      add("rolloutstep", "other");
      add("wanted", null);
      add("rollout.end", "mine-2");
      assertThat(listener.until("rollout.end"))
          .extracting(Block::event)
          .containsExactly("wanted", "rollout.step", "rollout.end");
    }
  }

  @Test
  void anUnknownKindIsDeliveredAsItIs() throws Exception {
    try (Listener listener = new Listener("?kind=of_a_later.release", null)) {
      listener.next();
      outbox.add(
          "of_a_later.release", "m", JsonNodeFactory.instance.objectNode().put("é", "\r\n1"));
      assertThat(listener.until("of_a_later.release").getFirst().data())
          .matches(
              "\\{\"kind\":\"of_a_later.release\",\"model\":\"m\",\"é\":\"\\\\r\\\\n1\",\"at\":\".*\"}");
    }
  }

  @Test
  void whoComesBackGetsWhatItMissedInOrderAndOnce() throws Exception {
    String known;
    try (Listener listener = new Listener("?kind=missed", null)) {
      listener.next();
      add("missed", null);
      known = listener.until("missed").getFirst().id();
    }
    execute(
        "insert into event (kind, payload, at, id)"
            + " select 'missed', '{}', now(), 'x' from generate_series(1, 1100)");
    try (Listener listener = new Listener("?kind=missed&kind=end", known)) {
      add("missed", null);
      add("end", null);
      List<Block> missed = listener.until("end");
      assertThat(missed).hasSize(1_102);
      for (int i = 0; i < missed.size(); i++) {
        assertThat(missed.get(i).id()).isEqualTo(Long.toString(Long.parseLong(known) + 1 + i));
      }
    }
  }

  @Test
  void whoComesBackTooLateIsToldWhatItLost() throws Exception {
    add("gone", null);
    long known = outbox.newest() - 1;
    add("gone", null);
    add("here", null);
    long here = outbox.newest();
    execute("delete from event where sequence < " + here);
    try (Listener listener = new Listener("?kind=here", Long.toString(known))) {
      Block lost = listener.next();
      assertThat(lost.event()).isEqualTo("events.lost");
      assertThat(lost.id()).isEqualTo(Long.toString(here - 1));
      assertThat(lost.data())
          .startsWith(
              "{\"kind\":\"events.lost\",\"from\":%d,\"to\":%d,\"at\":"
                  .formatted(known + 1, here - 1));
      assertThat(listener.next())
          .extracting(Block::id, Block::event)
          .containsExactly(Long.toString(here), "here");
    }
  }

  @Test
  void anIdOfAnotherRegistryIsAnsweredWithThatAllMayBeNews() throws Exception {
    add("here", null);
    long newest = outbox.newest();
    try (Listener listener = new Listener("", Long.toString(newest + 1_000_000))) {
      Block lost = listener.next();
      assertThat(lost.event()).isEqualTo("events.lost");
      assertThat(lost.data()).contains("\"from\":1,");
      add("after", null);
      assertThat(listener.until("after")).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "?kind=Promoted | 'Promoted' is not a kind of event",
        "?kind=*.step | '*.step' is not a kind of event",
        "?model=No%20Model | 'No Model' is not a model name",
        "?kinds=promoted | unknown query parameter \"kinds\"; known here: kind, model"
      })
  void aMalformedFilterIsRefused(String query, String why) {
    given()
        .urlEncodingEnabled(false)
        .get(EVENTS + query)
        .then()
        .statusCode(400)
        .body("type", equalTo("urn:slipway:problem:malformed-request"))
        .body("detail", containsString(why));
    given().urlEncodingEnabled(false).head(EVENTS + query).then().statusCode(400);
  }

  @Test
  void anIdThatIsNoneIsRefused() {
    for (String id : List.of("x", "-1", "1.5", "9".repeat(19))) {
      given()
          .header("Last-Event-ID", id)
          .get(EVENTS)
          .then()
          .statusCode(400)
          .body("detail", containsString("Last-Event-ID"));
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
