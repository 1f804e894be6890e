package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(HandCheckedProfile.class)
class ReplicasTest {
  private static final ModelReport OLD = report(3, 1);
  private static final ModelReport NEW = report(5, 2);

  @Inject Replicas replicas;
  @Inject Sql sql;

  @Test
  void eachReplicaIsListedAsItHasToldUntilItLeavesOrGoesSilent() {
    UUID ahead = tell("ahead", Map.of("m", NEW));
    UUID behind = tell("behind", Map.of("m", OLD));
    ReplicaReport listed = of(replicas.all(), behind);
    assertThat(listed.live()).isTrue();
    assertThat(listed.models()).isEqualTo(Map.of("m", OLD));
    assertThat(listed.behind(replicas.all())).isEqualTo(Map.of("m", 2L));
    assertThat(of(replicas.all(), ahead).behind(replicas.all())).isEmpty();

    Transactions.run(
        () ->
            sql.of("update replica set reported_at = now() - interval '11 seconds' where id = :id")
                .set("id", ahead)
                .run());
    assertThat(of(replicas.all(), ahead).live()).isFalse();
    assertThat(of(replicas.all(), behind).behind(replicas.all())).isEmpty();

    replicas.leave(ahead);
    replicas.leave(behind);
    assertThat(replicas.all()).extracting(ReplicaReport::id).doesNotContain(ahead, behind);
  }

  private static ModelReport report(long revision, int version) {
    return new ModelReport(
        revision, Map.of("production", version), Set.of(version), Map.of(9, "no such luck"));
  }

  private UUID tell(String name, Map<String, ModelReport> models) {
    UUID id = UUID.randomUUID();
    replicas.report(id, name, "1", Instant.parse("2026-01-01T00:00:00Z"), models, true);
    return id;
  }

  private static ReplicaReport of(List<ReplicaReport> all, UUID id) {
    return all.stream().filter(replica -> replica.id().equals(id)).findFirst().orElseThrow();
  }
}
