package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(HandCheckedProfile.class)
class SqlTest {
  private static final String REPLICA =
      """
      insert into replica (id, name, version, started_at, reported_at, models)
      values (:id, :name, :name, :at, :at, cast(:models as jsonb))
      """;

  @Inject Sql sql;

  @Test
  void aParameterStandsWhereItsNameStandsAsOftenAsItDoes() {
    assertThat(
            sql.of("select cast(:b as text) || cast(:a as text) || cast(:b as text) as joined")
                .set("a", "?")
                .set("b", "'; drop table model; -- :a")
                .list(row -> row.getString("joined")))
        .containsExactly("'; drop table model; -- :a?'; drop table model; -- :a");
  }

  @Test
  void everyKindOfValueArrivesAsItIs() {
    Instant at = Instant.parse("2026-11-23T01:02:03.456789Z");
    UUID id = UUID.randomUUID();
    Transactions.run(
        () ->
            sql.of(REPLICA)
                .set("id", id)
                .set("name", "of-sql-test")
                .set("at", at)
                .set("models", "{}")
                .run());
    assertThat(
            sql.of("select started_at from replica where id = any(cast(:ids as uuid[]))")
                .set("ids", List.of(id.toString()))
                .list(row -> Sql.instant(row, "started_at")))
        .containsExactly(at);
    assertThat(
            sql.of("select n from generate_series(1, 9) n where n = any(:some) order by n desc")
                .set("some", List.of(3L, 7L))
                .list(row -> row.getInt("n")))
        .containsExactly(7, 3);
    assertThat(
            sql.of("select n from generate_series(1, 9) n where n = any(:none)")
                .set("none", List.<Long>of())
                .list(row -> row.getInt("n")))
        .isEmpty();
    assertThat(
            sql.of("select cast(:nothing as timestamptz) as nothing")
                .set("nothing", null)
                .list(row -> String.valueOf(Sql.instantOrNull(row, "nothing"))))
        .containsExactly("null");
    assertThat(sql.of("delete from replica where id = :id").set("id", id).run()).isOne();
  }

  @Test
  void aParameterThatWasForgottenIsNamed() {
    assertThatThrownBy(() -> sql.of("select :a, :b").set("a", 1).first(row -> row.getInt(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(":b");
  }

  @Test
  void aStatementIsPartOfTheTransactionAndARowThatIsThereAlreadyIsToldApart() {
    UUID id = UUID.randomUUID();
    assertThatThrownBy(
            () ->
                Transactions.run(
                    () -> {
                      insert(id);
                      insert(id);
                    }))
        .isInstanceOfSatisfying(
            Sql.Failed.class, failed -> assertThat(failed.duplicate()).isTrue());
    assertThat(
            sql.of("select 1 from replica where id = :id").set("id", id).list(row -> row.getInt(1)))
        .as("the first one went with the second")
        .isEmpty();
    assertThatThrownBy(() -> sql.of("select nonsense").first(row -> row.getInt(1)))
        .isInstanceOfSatisfying(
            Sql.Failed.class, failed -> assertThat(failed.duplicate()).isFalse());
  }

  private void insert(UUID id) {
    sql.of(REPLICA)
        .set("id", id)
        .set("name", "of-sql-test")
        .set("at", Instant.EPOCH)
        .set("models", "{}")
        .run();
  }
}
