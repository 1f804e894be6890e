package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
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
class PredictionIdKeysTest {
  private static final Caller ANNA = new Caller("anna", null);

  @Inject PredictionIdKeys keys;
  @Inject PredictionIdNumbers numbers;
  @Inject Registry registry;
  @Inject Sql sql;

  @Test
  void theFirstKeyIsThereByItselfAndANewOneIsHistoryWithoutItsSecret() {
    List<PredictionIdKey> before = keys.all();
    assertThat(before).isNotEmpty();
    assertThat(before.getFirst().secret()).hasSize(24);
    assertThat(before.getFirst()).asString().doesNotContain(before.getFirst().secret());

    List<PredictionIdKey> after = keys.rotate("a backup was lost", ANNA);
    assertThat(after).hasSize(before.size() + 1).endsWith(before.toArray(PredictionIdKey[]::new));
    assertThat(after).isEqualTo(keys.all());
    assertThat(after.getFirst().secret()).isNotEqualTo(before.getFirst().secret());
    AuditEntry entry = registry.audit(null, 1).items().getFirst();
    assertThat(entry.action()).isEqualTo("prediction_id_key.rotated");
    assertThat(entry.actor()).isEqualTo("anna");
    assertThat(entry.reason()).isEqualTo("a backup was lost");
    assertThat(entry).asString().doesNotContain(after.getFirst().secret());
  }

  @Test
  void aKeyThatIsAYearOldIsReplacedByWhoeverSeesItFirst() throws Exception {
    int before = keys.all().size();
    Transactions.run(
        () ->
            sql.of("update prediction_id_key set created_at = created_at - interval '366 days'")
                .run());
    List<List<PredictionIdKey>> seen = atOnce(8, () -> keys.all());
    assertThat(seen).allSatisfy(all -> assertThat(all).hasSize(before + 1));
    assertThat(keys.all().getFirst().createdBy()).isEqualTo("system");
    assertThat(Duration.between(keys.all().get(1).createdAt(), keys.all().getFirst().createdAt()))
        .isGreaterThan(Duration.ofDays(365));
  }

  @Test
  void thereIsAnEndToKeysAndToTheLengthOfAReason() {
    assertThatThrownBy(() -> keys.rotate("x".repeat(100_000), ANNA))
        .isInstanceOf(Refusal.InvalidValue.class);
    while (keys.all().size() < PredictionIdKeys.MOST) {
      keys.rotate(null, ANNA);
    }
    assertThatThrownBy(() -> keys.rotate(null, ANNA)).isInstanceOf(Refusal.Conflict.class);
    Transactions.run(
        () ->
            sql.of(
                    "delete from prediction_id_key where number > (select min(number)"
                        + " from prediction_id_key)")
                .run());
  }

  @Test
  void everyStartHasANumberOfItsOwn() throws Exception {
    List<Integer> taken = atOnce(40, () -> numbers.take(UUID.randomUUID(), "crowd"));
    assertThat(taken).doesNotHaveDuplicates().allMatch(number -> number >= 1);
  }

  @Test
  void whenAllNumbersAreTakenTheOneUnusedForLongestIsGivenOutAgain() {
    UUID first = UUID.randomUUID();
    int number = numbers.take(first, "first");
    UUID last = UUID.randomUUID();
    Transactions.run(
        () ->
            sql.of(
                    "insert into prediction_id_number (number, replica, name, taken_at, seen_at)"
                        + " values (:last, :replica, 'last', now(), now())"
                        + " on conflict (number) do nothing")
                .set("last", PredictionIdNumbers.LAST)
                .set("replica", last)
                .run());
    Transactions.run(
        () ->
            sql.of(
                    "update prediction_id_number set seen_at = now() - interval '9 days'"
                        + " where number = :number")
                .set("number", number)
                .run());
    UUID next = UUID.randomUUID();
    assertThat(numbers.take(next, "next")).isEqualTo(number);
    assertThat(numbers.seen(number, first)).as("it is another's by now").isFalse();
    assertThat(numbers.seen(number, next)).isTrue();
    assertThat(numbers.holder(number).name()).isEqualTo("next");
    assertThat(numbers.take(UUID.randomUUID(), "after")).isNotEqualTo(number);
    Transactions.run(
        () ->
            sql.of("delete from prediction_id_number where number = :last")
                .set("last", PredictionIdNumbers.LAST)
                .run());
  }

  @Test
  void theVersionOfARowIsFoundAlsoWhenItIsDeleted() {
    Registration made =
        registry.register(
            Upload.streamed(
                "predicting",
                TestBundle.of("predicting").stream(),
                Upload.Kind.ZIP,
                false,
                null,
                ANNA));
    ModelVersion version =
        switch (made) {
          case Registration.Created created -> created.version();
          case Registration.Existing existing -> existing.version();
          default -> throw new AssertionError(made.toString());
        };
    assertThat(version.row()).isPositive();
    assertThat(registry.predicting(version.row()).model()).isEqualTo("predicting");
    assertThat(registry.predicting(version.row()).deleted()).isFalse();
    registry.delete("predicting", version.number(), null, ANNA);
    assertThat(registry.predicting(version.row()).deleted()).isTrue();
    assertThat(registry.predicting(1L << 40)).isNull();
  }

  private static <T> List<T> atOnce(int times, Callable<T> work) throws Exception {
    List<T> done = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<T>> all = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        all.add(work);
      }
      for (Future<T> each : threads.invokeAll(all)) {
        done.add(each.get());
      }
    }
    return done;
  }
}
