package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.slipway.registry.WebhookPositions.Claim;
import io.slipway.registry.WebhookPositions.Position;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(HandCheckedProfile.class)
class WebhookPositionsTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final UUID ONE = UUID.randomUUID();
  private static final UUID OTHER = UUID.randomUUID();

  @Inject WebhookPositions positions;
  @Inject Registry registry;
  @Inject Outbox outbox;
  @Inject DataSource database;

  @Test
  void whoIsSeenForTheFirstTimeBeginsBehindTheNewestAndKeepsItsPlace() {
    register("before-the-webhook");
    long newest = registry.audit(null, 1).items().getFirst().seq();
    Position begun = positions.of("first");
    assertThat(begun.audit()).isGreaterThanOrEqualTo(newest);
    register("after-the-webhook");
    assertThat(positions.of("first")).isEqualTo(begun);
    assertThat(outbox.after(begun.sequence()))
        .extracting(RegistryEvent::model)
        .contains("after-the-webhook")
        .doesNotContain("before-the-webhook");
  }

  @Test
  void oneAtATimeHasTheTurnUntilItIsGivenBackOrItsTimeIsOver() {
    Position seq = positions.of("leased");
    Position next = new Position(seq.sequence() + 1, seq.audit() + 1);
    assertThat(positions.claim("leased", ONE, LONG)).isEqualTo(new Claim.Taken(seq, 0));
    assertThat(positions.claim("leased", ONE, LONG)).as("anew").isInstanceOf(Claim.Taken.class);
    assertThat(left(positions.claim("leased", OTHER, LONG)))
        .isGreaterThan(Duration.ofSeconds(30))
        .isLessThanOrEqualTo(LONG);
    assertThat(positions.advance("leased", OTHER, seq, next, LONG)).isFalse();
    positions.release("leased", OTHER);
    positions.putOff("leased", OTHER, seq, LONG);
    assertThat(positions.claim("leased", OTHER, LONG)).isInstanceOf(Claim.Later.class);
    positions.release("leased", ONE);
    assertThat(positions.claim("leased", OTHER, SHORT)).isInstanceOf(Claim.Taken.class);
    await().until(() -> positions.claim("leased", ONE, LONG) instanceof Claim.Taken);
    assertThat(positions.advance("leased", OTHER, seq, next, LONG)).as("too late").isFalse();
    assertThat(positions.advance("leased", ONE, seq, next, LONG)).isTrue();
    assertThat(positions.advance("leased", ONE, seq, next, LONG)).as("from where").isFalse();
    assertThat(positions.of("leased")).isEqualTo(next);
  }

  @Test
  void whatFailedIsDueAgainAfterAPauseForWhomeverAndCountsItsTries() {
    Position seq = positions.of("failing");
    Position next = new Position(seq.sequence() + 1, seq.audit() + 1);
    assertThat(positions.claim("failing", ONE, LONG)).isInstanceOf(Claim.Taken.class);
    positions.putOff("failing", ONE, seq, SHORT);
    assertThat(left(positions.claim("failing", ONE, LONG))).isLessThanOrEqualTo(SHORT);
    await().until(() -> positions.claim("failing", OTHER, LONG) instanceof Claim.Taken);
    assertThat(positions.claim("failing", OTHER, LONG)).isEqualTo(new Claim.Taken(seq, 1));
    assertThat(positions.advance("failing", OTHER, seq, next, LONG)).isTrue();
    assertThat(positions.claim("failing", OTHER, LONG)).isEqualTo(new Claim.Taken(next, 0));
  }

  /// The release before knows the audit alone, and writes and reads nothing but `seq`.
  @Test
  void whatTheReleaseBeforeHasDeliveredIsDoneAndWhatThisOneHasDeliveredIsDoneForIt()
      throws SQLException {
    register("both-releases");
    long first = registry.audit(null, 1).items().getFirst().seq();
    execute("insert into webhook (name, seq) values ('both', %d)".formatted(first));
    outbox.add("of.this.release", null, JsonNodeFactory.instance.objectNode());
    register("both-releases-2");
    long second = registry.audit(null, 1).items().getFirst().seq();

    Position begun = positions.of("both");
    List<RegistryEvent> news = outbox.after(begun.sequence());
    assertThat(news)
        .extracting(RegistryEvent::kind)
        .containsExactly("of.this.release", "registered");
    execute("update webhook set seq = %d where name = 'both'".formatted(second));
    Position after = positions.of("both");
    assertThat(outbox.after(after.sequence()).stream().filter(event -> !after.covers(event)))
        .as("after the release before has delivered the entry of the audit")
        .extracting(RegistryEvent::kind)
        .containsExactly("of.this.release");

    register("both-releases-3");
    long third = registry.audit(null, 1).items().getFirst().seq();
    assertThat(positions.claim("both", ONE, LONG)).isInstanceOf(Claim.Taken.class);
    Position from = positions.of("both");
    Position to = from;
    for (RegistryEvent event : outbox.after(from.sequence())) {
      to = to.after(event);
    }
    assertThat(positions.advance("both", ONE, from, to, LONG)).isTrue();
    assertThat(positions.of("both")).isEqualTo(new Position(outbox.newest(), third));
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void ofManyWhoAskAtOnceOneHasTheTurn() throws Exception {
    positions.of("asked");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Claim>> asking = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        asking.add(() -> positions.claim("asked", UUID.randomUUID(), LONG));
      }
      int taken = 0;
      for (Future<Claim> claim : threads.invokeAll(asking)) {
        taken += claim.get() instanceof Claim.Taken ? 1 : 0;
      }
      assertThat(taken).isEqualTo(1);
    }
  }

  private static Duration left(Claim claim) {
    return switch (claim) {
      case Claim.Later later -> later.left();
      case Claim.Taken taken -> throw new AssertionError(taken.toString());
    };
  }

  private void register(String model) {
    registry.register(
        Upload.streamed(
            model,
            TestBundle.of(model).stream(),
            Upload.Kind.ZIP,
            false,
            null,
            new Caller("anna", null)));
  }
}
