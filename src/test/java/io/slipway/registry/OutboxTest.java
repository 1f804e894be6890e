package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
@QuarkusTest
@TestProfile(HandCheckedProfile.class)
class OutboxTest {
  private static final Caller ANNA = new Caller("anna", "request-1");

  @Inject Outbox outbox;
  @Inject Registry registry;
  @Inject RegistryEvents events;
  @Inject DataSource database;

  @Test
  void everyEntryOfTheAuditIsAnEventAndARehearsalIsNone() throws Exception {
    long before = outbox.newest();
    long audit = registry.audit(null, 1).items().stream().mapToLong(AuditEntry::seq).sum();
    register("told");
    registry.promote(new Promotion("told", "production", 1, "good \"é\"", null, ANNA), v -> {});
    registry.rehearse();
    registry.alias(new AliasChange("told", "best", 1, null, null, ANNA), v -> {});
    registry.alias(new AliasChange("told", "best", null, null, null, ANNA), v -> {});

    List<RegistryEvent> told = outbox.after(before);

    assertThat(told)
        .extracting(RegistryEvent::kind)
        .containsExactly("registered", "promoted", "alias_moved", "alias_moved");
    List<AuditEntry> entries = registry.auditAfter(audit);
    assertThat(entries).hasSameSizeAs(told);
    for (int i = 0; i < told.size(); i++) {
      RegistryEvent event = told.get(i);
      AuditEntry entry = entries.get(i);
      assertThat(event.sequence()).isEqualTo(before + 1 + i);
      assertThat(event.audit()).isEqualTo(entry.seq());
      assertThat(event.auditHash()).isEqualTo(entry.hash());
      assertThat(event.at()).isEqualTo(entry.at());
      assertThat(event.id()).isEqualTo(entry.seq() + "_" + entry.hash().substring(0, 16));
    }
    AuditEntry last = entries.getLast();
    assertThat(told.getLast().payload())
        .isEqualTo(
            "{\"kind\":\"alias_moved\",\"model\":\"told\",\"version\":null,\"target\":\"best\","
                + "\"previous\":1,\"revision\":"
                + last.revision()
                + ",\"at\":\""
                + RegistryEvent.time(last.at())
                + "\",\"actor\":\"anna\"}");
  }

  @Test
  void aKindThatNobodyKnowsIsDeliveredAsItIs() throws Exception {
    List<RegistryEvent> heard = new CopyOnWriteArrayList<>();
    ObjectNode data = JsonNodeFactory.instance.objectNode().put("share", 0.5).put("step", "é\n");
    try (RegistryEvents.Subscription subscription =
        events.subscribe(
            event -> {
              if ("of-later".equals(event.model())) {
                heard.add(event);
              }
            })) {
      assertThat(subscription).isNotNull();
      outbox.add("rollout.of_a_later_release", "of-later", data);
      await().atMost(Duration.ofSeconds(10)).until(() -> !heard.isEmpty());
    }
    RegistryEvent event = heard.getFirst();
    assertThat(event.kind()).isEqualTo("rollout.of_a_later_release");
    assertThat(event.audit()).isNull();
    JsonNode payload = new ObjectMapper().readTree(event.payload());
    assertThat(payload.fieldNames())
        .toIterable()
        .containsExactly("kind", "model", "share", "step", "at");
    assertThat(payload.get("step").asText()).isEqualTo("é\n");
    assertThat(payload.get("at").asText()).isEqualTo(RegistryEvent.time(event.at()));
  }

  @Test
  void aMalformedKindAndATooLargePayloadAreRefused() {
    ObjectNode none = JsonNodeFactory.instance.objectNode();
    for (String kind : List.of("", "Promoted", "a..b", "a.", "a\nb", "x".repeat(101))) {
      assertThatThrownBy(() -> outbox.add(kind, null, none))
          .as(kind)
          .isInstanceOf(IllegalArgumentException.class);
    }
    ObjectNode large = JsonNodeFactory.instance.objectNode().put("x", "é".repeat(33_000));
    assertThatThrownBy(() -> outbox.add("large", null, large))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// An event whose transaction is still running holds up the later ones: otherwise a reader would
  /// pass its number, and never see it.
  @Test
  void nothingOvertakesAnEventThatIsNotCommittedYet() throws Exception {
    long before = outbox.newest();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "insert into event (kind, payload, at, id) values ('first', '{}', now(), 'x')");
      Future<?> second =
          threads.submit(() -> outbox.add("second", null, JsonNodeFactory.instance.objectNode()));
      awaitOneThatWaits();
      assertThat(outbox.after(before)).isEmpty();
      connection.commit();
      second.get();
      connection.setAutoCommit(true);
    } finally {
      threads.shutdown();
    }
    assertThat(outbox.after(before))
        .extracting(event -> event.sequence() - before + " " + event.kind())
        .containsExactly("1 first", "2 second");
  }

  private void awaitOneThatWaits() {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              try (Connection connection = database.getConnection();
                  Statement statement = connection.createStatement();
                  var waiting =
                      statement.executeQuery(
                          "select 1 from pg_locks where locktype = 'advisory' and not granted")) {
                return waiting.next();
              }
            });
  }

  @Test
  void aReaderMissesNothingHoweverManyWrite() throws Exception {
    int each = 20;
    long before = outbox.newest();
    List<RegistryEvent> read = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writing = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String kind = "writer" + i;
        writing.add(
            threads.submit(
                () -> {
                  for (int n = 0; n < each; n++) {
                    outbox.add(kind, null, JsonNodeFactory.instance.objectNode().put("n", n));
                  }
                }));
      }
      while (read.size() < 4 * each) {
        boolean ended = writing.stream().allMatch(Future::isDone);
        long seen = read.isEmpty() ? before : read.getLast().sequence();
        List<RegistryEvent> news = outbox.after(seen);
        for (RegistryEvent event : news) {
          assertThat(event.sequence()).isEqualTo(++seen);
        }
        read.addAll(news);
        assertThat(ended && news.isEmpty()).as("an event is missing").isFalse();
      }
    }
  }

  @Test
  void oldEventsAreRemovedButTheNewestStaysSoThatNumbersGoOn() {
    for (int i = 0; i < 5; i++) {
      outbox.add("numbered", null, JsonNodeFactory.instance.objectNode());
    }
    long newest = outbox.newest();
    outbox.forget(Instant.EPOCH, 3);
    assertThat(outbox.after(0))
        .extracting(RegistryEvent::sequence)
        .containsExactly(newest - 2, newest - 1, newest);
    assertThat(outbox.forget(Instant.now().plus(Duration.ofDays(1)), 3)).isEqualTo(2);
    assertThat(outbox.newest()).isEqualTo(newest);
    outbox.add("numbered", null, JsonNodeFactory.instance.objectNode());
    assertThat(outbox.newest()).isEqualTo(newest + 1);
  }

  private void register(String model) {
    registry.register(
        Upload.streamed(model, TestBundle.of(model).stream(), Upload.Kind.ZIP, false, null, ANNA));
  }
}
