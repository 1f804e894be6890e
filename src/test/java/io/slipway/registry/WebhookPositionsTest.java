package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.slipway.registry.WebhookPositions.Claim;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

  @Test
  void whoIsSeenForTheFirstTimeBeginsBehindTheNewestAndKeepsItsPlace() {
    register("before-the-webhook");
    long newest = registry.audit(null, 1).items().getFirst().seq();
    assertThat(positions.seq("first")).isGreaterThanOrEqualTo(newest);
    long begun = positions.seq("first");
    register("after-the-webhook");
    assertThat(positions.seq("first")).isEqualTo(begun);
    assertThat(registry.auditAfter(begun))
        .extracting(AuditEntry::model)
        .contains("after-the-webhook")
        .doesNotContain("before-the-webhook");
  }

  @Test
  void oneAtATimeHasTheTurnUntilItIsGivenBackOrItsTimeIsOver() {
    long seq = positions.seq("leased");
    assertThat(positions.claim("leased", ONE, LONG)).isEqualTo(new Claim.Taken(seq, 0));
    assertThat(positions.claim("leased", ONE, LONG)).as("anew").isInstanceOf(Claim.Taken.class);
    assertThat(left(positions.claim("leased", OTHER, LONG)))
        .isGreaterThan(Duration.ofSeconds(30))
        .isLessThanOrEqualTo(LONG);
    assertThat(positions.advance("leased", OTHER, seq, seq + 1, LONG)).isFalse();
    positions.release("leased", OTHER);
    positions.putOff("leased", OTHER, seq, LONG);
    assertThat(positions.claim("leased", OTHER, LONG)).isInstanceOf(Claim.Later.class);
    positions.release("leased", ONE);
    assertThat(positions.claim("leased", OTHER, SHORT)).isInstanceOf(Claim.Taken.class);
    await().until(() -> positions.claim("leased", ONE, LONG) instanceof Claim.Taken);
    assertThat(positions.advance("leased", OTHER, seq, seq + 1, LONG)).as("too late").isFalse();
    assertThat(positions.advance("leased", ONE, seq, seq + 1, LONG)).isTrue();
    assertThat(positions.advance("leased", ONE, seq, seq + 1, LONG)).as("from where").isFalse();
    assertThat(positions.seq("leased")).isEqualTo(seq + 1);
  }

  @Test
  void whatFailedIsDueAgainAfterAPauseForWhomeverAndCountsItsTries() {
    long seq = positions.seq("failing");
    assertThat(positions.claim("failing", ONE, LONG)).isInstanceOf(Claim.Taken.class);
    positions.putOff("failing", ONE, seq, SHORT);
    assertThat(left(positions.claim("failing", ONE, LONG))).isLessThanOrEqualTo(SHORT);
    await().until(() -> positions.claim("failing", OTHER, LONG) instanceof Claim.Taken);
    assertThat(positions.claim("failing", OTHER, LONG)).isEqualTo(new Claim.Taken(seq, 1));
    assertThat(positions.advance("failing", OTHER, seq, seq + 1, LONG)).isTrue();
    assertThat(positions.claim("failing", OTHER, LONG)).isEqualTo(new Claim.Taken(seq + 1, 0));
  }

  @Test
  void ofManyWhoAskAtOnceOneHasTheTurn() throws Exception {
    positions.seq("asked");
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
