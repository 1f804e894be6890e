package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(HandCheckedProfile.class)
class TransactionsTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  @Inject Sql sql;

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

  private Integer one() {
    return Objects.requireNonNull(sql.of("select 1").first(row -> row.getInt(1)));
  }
}
