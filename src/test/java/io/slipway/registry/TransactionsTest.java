package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(HandCheckedProfile.class)
class TransactionsTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  @Inject Sql sql;
  @Inject DataSource source;

  @AfterEach
  void goOn() {
    Transactions.begin();
  }

  @Test
  void theEndWaitsForWhatIsOnAndLetsNothingBegin() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    CompletableFuture<Integer> on =
        CompletableFuture.supplyAsync(
            () ->
                Transactions.call(
                    () -> {
                      begun.countDown();
                      released.await();
                      return one();
                    }));
    assertThat(begun.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();

    assertThat(Transactions.end(Duration.ofMillis(50))).as("while one is on").isFalse();
    assertThatThrownBy(() -> Transactions.call(this::one))
        .isInstanceOf(Refusal.Unavailable.class)
        .hasMessageContaining("shutting down");
    CompletableFuture<Boolean> ended =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Transactions.end(LONG);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    released.countDown();
    assertThat(ended.get(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(on.get(LONG.toSeconds(), TimeUnit.SECONDS)).as("not cut off").isOne();

    Transactions.begin();
    assertThat(Transactions.call(this::one)).isOne();
  }

  /// PgBouncer in transaction mode gives the process that one session has just left to the next.
  @Test
  void sessionsThatShareAProcessOfTheServerAreNoticed() throws Exception {
    try (Connection mine = source.getConnection();
        Connection shared = source.getConnection()) {
      assertThat(Database.sharesProcesses(mine, source)).isFalse();
      DataSource pool =
          (DataSource)
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {DataSource.class},
                  (_, method, _) -> {
                    assertThat(method.getName()).isEqualTo("getConnection");
                    return shared;
                  });
      assertThat(Database.sharesProcesses(shared, pool)).isTrue();
    }
  }

  @Test
  void aDatabaseInAnUnexpectedStateIsUnavailableAndNoFaultOfTheCall() {
    for (String statement :
        List.of("select 1 from no_such_table", "execute no_such_statement", "select no_column")) {
      assertThatThrownBy(
              () -> Transactions.call(() -> sql.of(statement).first(row -> row.getInt(1))))
          .as(statement)
          .isInstanceOf(Refusal.Unavailable.class)
          .hasMessageContaining("SQL state")
          .hasMessageNotContaining("no_");
    }
    assertThatThrownBy(
            () -> Transactions.call(() -> sql.of("select 1 / 0").first(row -> row.getInt(1))))
        .as("a fault of the program is not hidden")
        .isNotInstanceOf(Refusal.class);
  }

  private Integer one() {
    return Objects.requireNonNull(sql.of("select 1").first(row -> row.getInt(1)));
  }
}
