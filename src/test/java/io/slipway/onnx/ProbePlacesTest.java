package io.slipway.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.onnx.ProbePlaces.Place;
import io.slipway.onnx.ProbePlaces.Publisher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ProbePlacesTest {
  private static final Duration FIRST_TRIAL = Duration.ofSeconds(10);
  private static final Publisher GOOD = new Publisher("good", "churn");

  private long now;
  private final ProbePlaces places = new ProbePlaces(FIRST_TRIAL, () -> now);

  private CompletableFuture<Place> take(String publisher, String model) {
    return places.take(new Publisher(publisher, model));
  }

  /// Checks that never end, each of which begins again when it loses its place.
  private final List<CompletableFuture<Place>> endless = new ArrayList<>();

  private void pass(Duration time) {
    now += time.toNanos();
    endless.replaceAll(
        place -> place.isDone() && !place.join().lasts() ? place.join().again() : place);
  }

  private void publishEndless(int count, String publisher) {
    for (int i = 0; i < count; i++) {
      endless.add(take(publisher, "endless-" + i));
    }
  }

  @Test
  void sixBundlesThatNeverEndHoldAGoodOneForOneFirstTrial() {
    publishEndless(6, "bad");
    CompletableFuture<Place> good = places.take(GOOD);
    assertThat(good).isNotDone();
    pass(FIRST_TRIAL.plusMillis(1));
    assertThat(good).isDone();
    assertThat(good.join().lasts()).isTrue();
    good.join().close();
    assertThat(places.take(GOOD)).as("the next one, while a trial goes on").isNotDone();
  }

  @Test
  void onePlaceIsNeverHeldBeyondAFirstTrial() {
    publishEndless(6, "bad");
    for (int i = 0; i < 20; i++) {
      pass(FIRST_TRIAL.plusMillis(1));
      pass(Duration.ofMillis(1));
      CompletableFuture<Place> good = places.take(GOOD);
      pass(FIRST_TRIAL);
      assertThat(good).as("round %d", i).isDone();
      good.join().close();
    }
  }

  @Test
  void aLongCheckGoesOnInItsPlaceWhereNoOtherIsLong() {
    Place heavy = places.take(GOOD).join();
    pass(Duration.ofMinutes(1));
    assertThat(heavy.lasts()).isTrue();
    CompletableFuture<Place> other = take("other", "m");
    pass(Duration.ofMinutes(1));
    assertThat(heavy.lasts()).isTrue();
    assertThat(other.join().lasts()).as("the second long one").isFalse();
    CompletableFuture<Place> again = other.join().again();
    assertThat(again).isNotDone();
    heavy.close();
    pass(Duration.ofMinutes(1));
    assertThat(again.join().lasts()).isTrue();
  }

  @Test
  void aLongCheckThatWaitsIsNotPassedByForever() {
    Place heavy = places.take(GOOD).join();
    Place second = take("other", "m").join();
    pass(FIRST_TRIAL.plusMillis(1));
    assertThat(heavy.lasts()).isTrue();
    assertThat(second.lasts()).isFalse();
    CompletableFuture<Place> waits = second.again();
    List<CompletableFuture<Place>> many = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      many.add(take("many", "m" + i));
    }
    heavy.close();
    assertThat(waits).as("before the fifty").isDone();
  }

  @Test
  void publishersTakeTurnsAndSoDoTheirModels() {
    List<String> order = new ArrayList<>();
    List<CompletableFuture<Place>> all = new ArrayList<>();
    for (String check : List.of("a/1", "a/1", "a/1", "a/2", "b/1", "b/1")) {
      String[] parts = check.split("/");
      all.add(take(parts[0], parts[1]));
      all.getLast().thenAccept(_ -> order.add(check));
    }
    while (!all.isEmpty()) {
      CompletableFuture<Place> running =
          all.stream().filter(CompletableFuture::isDone).findFirst().orElseThrow();
      all.remove(running);
      running.join().close();
    }
    assertThat(order).containsExactly("a/1", "a/1", "b/1", "a/2", "b/1", "a/1");
  }

  @Test
  void aPlaceThatIsClosedTwiceIsFreedOnce() {
    Place first = take("a", "m").join();
    take("b", "m").join();
    first.close();
    first.close();
    assertThat(take("c", "m")).isDone();
    assertThat(take("d", "m")).isNotDone();
  }
}
