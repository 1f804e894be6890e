package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a start asks the registry is asked without the mapper: planning its queries takes longer
/// than the rest of the way to the first prediction.
@QuarkusTest
@TestProfile(HandCheckedProfile.class)
class StartQueriesTest {
  /// The feed reads the history by the mapper where something is new, and may do so in between.
  private static final int TRIES = 20;

  @Inject SessionFactory sessions;
  @Inject Catalogue catalogue;
  @Inject AccessKeys keys;
  @Inject AuditLog audit;
  @Inject Replicas replicas;
  @Inject PredictionIdKeys idKeys;
  @Inject PredictionIdNumbers idNumbers;

  @AfterEach
  void countNoMore() {
    sessions.getStatistics().setStatisticsEnabled(false);
  }

  @Test
  void aStartAsksNothingOfTheMapper() {
    idKeys.all();
    sessions.getStatistics().setStatisticsEnabled(true);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < TRIES && least > 0; i++) {
      long before = sessions.getStatistics().getPrepareStatementCount();
      start();
      least = Math.min(least, sessions.getStatistics().getPrepareStatementCount() - before);
    }
    assertThat(least).isZero();
  }

  @Test
  void whatIsAskedOfTheMapperIsCounted() {
    sessions.getStatistics().setStatisticsEnabled(true);
    long before = sessions.getStatistics().getPrepareStatementCount();
    keys.list(true, null, 1);
    assertThat(sessions.getStatistics().getPrepareStatementCount()).isGreaterThan(before);
  }

  private void start() {
    UUID replica = UUID.randomUUID();
    catalogue.wanted();
    keys.given();
    audit.newest();
    idKeys.all();
    idNumbers.seen(idNumbers.take(replica, "start"), replica);
    replicas.report(replica, "start", "0", Instant.EPOCH, Map.of(), true);
    replicas.leave(replica);
  }
}
