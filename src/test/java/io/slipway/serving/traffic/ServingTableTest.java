package io.slipway.serving.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slipway.serving.Selector;
import io.slipway.serving.VersionId;
import io.slipway.serving.run.Choice;
import io.slipway.serving.run.Dispatcher;
import io.slipway.serving.run.Fixture;
import io.slipway.serving.run.Lease;
import io.slipway.suite.StopSignal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServingTableTest {
  private final Dispatcher dispatcher = Fixture.dispatcher();
  private final ServingTable table = new ServingTable();

  @AfterEach
  void stop() {
    dispatcher.stop();
  }

  private Fixture fixture(int number) {
    return new Fixture(dispatcher, new VersionId("m", number), (_, _, _) -> List.of());
  }

  private void publish(Fixture fixture) {
    table.publish(
        "m", new Served(Map.of(Selector.PRODUCTION, new TrafficSplit.AllTo(fixture.route()))));
  }

  @Test
  void whatIsNotThereHasNoLease() {
    publish(fixture(1));

    assertThat(table.lease("other", Selector.PRODUCTION)).isNull();
    assertThat(table.lease("m", new Selector.Version(1))).isNull();
    assertThat(table.models()).containsExactly("m");
  }

  @Test
  void aLeaseIsOfWhatWasChosenOrThereIsNone() {
    Fixture first = fixture(1);
    publish(first);
    Choice choice = table.choose("m", Selector.PRODUCTION, "a caller");
    assertThat(choice.chosen()).isSameAs(first.servable);
    assertThat(choice.key()).isEqualTo("a caller");
    try (Lease lease = table.lease(choice)) {
      assertThat(lease.servable()).isSameAs(choice.servable());
      assertThat(lease.choice()).isSameAs(choice);
    }

    publish(fixture(2));
    assertThat(table.lease(choice)).as("traffic was moved since").isNull();
    assertThat(table.choose("m", Selector.PRODUCTION, null).chosen().id().number()).isEqualTo(2);
    assertThat(table.choose("m", new Selector.Version(1), null).servable()).isNull();
    assertThat(table.lease(table.choose("other", Selector.PRODUCTION, null))).isNull();
  }

  @Test
  void aRetiredVersionEndsWithItsLastLease() {
    Fixture fixture = fixture(1);
    publish(fixture);
    Lease one = table.lease("m", Selector.PRODUCTION);
    Lease two = one.again();

    table.publish("m", null);
    fixture.servable.lifetime().retire();
    one.close();
    one.close();
    assertThat(fixture.ended).as("a lease is left, and closing twice does not count").isFalse();
    two.close();

    assertThat(fixture.ended).isTrue();
    assertThat(table.lease("m", Selector.PRODUCTION)).isNull();
  }

  @Test
  void noLeaseIsEverOnAnEndedVersionHoweverOftenTheTableChanges() throws Exception {
    LongAdder leases = new LongAdder();
    Fixture[] fixtures = new Fixture[5_000];
    fixtures[0] = fixture(0);
    for (int i = 0; i < fixtures.length; i++) {
      fixtures[i] = fixture(i);
    }
    publish(fixtures[0]);
    try (ExecutorService callers = Executors.newFixedThreadPool(8);
        StopSignal stop = new StopSignal()) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        calls.add(
            callers.submit(
                () -> {
                  while (!stop.given()) {
                    try (Lease lease = table.lease("m", Selector.PRODUCTION)) {
                      leases.increment();
                      int number = lease.servable().id().number();
                      assertThat(fixtures[number].ended).as("version %d", number).isFalse();
                    }
                  }
                }));
      }
      for (int i = 1; i < fixtures.length; i++) {
        publish(fixtures[i]);
        fixtures[i - 1].servable.lifetime().retire();
        // Now and then the callers get their turn, however few cores there are.
        long before = leases.sum();
        if (i % 10 == 0) {
          await()
              .pollInterval(Duration.ofNanos(100_000))
              .until(() -> leases.sum() > before || calls.stream().anyMatch(Future::isDone));
        }
      }
      stop.give();
      for (Future<?> call : calls) {
        call.get(30, TimeUnit.SECONDS);
      }
    }
    for (int i = 0; i < fixtures.length - 1; i++) {
      assertThat(fixtures[i].ended).as("version %d", i).isTrue();
    }
    assertThat(fixtures[fixtures.length - 1].ended).isFalse();
    assertThat(fixtures[fixtures.length - 1].servable.lifetime().users()).isEqualTo(1);
    assertThat(leases.sum()).isGreaterThanOrEqualTo(fixtures.length / 10 - 1);
  }
}
