package io.slipway.serving.id;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Seed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdCounterTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final long MACHINE = 7;

  @TempDir private Path temp;
  private Path file;

  @BeforeEach
  void place() {
    file = temp.resolve("prediction-ids");
  }

  private IdCounter open() {
    return new IdCounter(file, MACHINE);
  }

  @Test
  void aFreshFolderHasNoNumber() {
    assertThat(open().last()).isNull();
  }

  @Test
  void momentsFollowTheClockAndGrowWhereItStandsOrGoesBack() {
    IdCounter.Track track = open().begin(3, NOW);
    long first = track.next(NOW);
    assertThat(first >>> IdLayout.COUNT).isEqualTo(NOW);
    assertThat(track.next(NOW)).isEqualTo(first + 1);
    assertThat(track.next(NOW - 100_000)).isEqualTo(first + 2);
    assertThat(track.next(NOW + 5)).isEqualTo(NOW + 5 << IdLayout.COUNT);
    for (int i = 0; i < 1 << IdLayout.COUNT; i++) {
      track.next(NOW + 5);
    }
    assertThat(track.millis()).as("the next millisecond is begun").isEqualTo(NOW + 6);
  }

  /// A start after a kill, also with a clock that was set back, goes on where the last one was.
  @Test
  void afterARestartMomentsGoOnWhateverTheClockSays() {
    IdCounter.Track track = open().begin(3, NOW);
    long last = 0;
    for (int i = 0; i < 5_000; i++) {
      last = track.next(NOW + i / 10);
    }
    for (int start = 0; start < 20; start++) {
      IdCounter.Track again = open().last();
      assertThat(again).isNotNull();
      assertThat(again.number()).isEqualTo(3);
      long next = again.next(NOW - 86_400_000);
      assertThat(next).isEqualTo(last + 1);
      last = next;
    }
  }

  @Test
  void afterTheMachineLostItsPowerMomentsBeginLater() {
    open().begin(3, NOW).next(NOW);
    IdCounter.Track track = new IdCounter(file, MACHINE + 1).last();
    assertThat(track).isNotNull();
    assertThat(track.next(NOW) >>> IdLayout.COUNT)
        .isGreaterThanOrEqualTo(NOW + IdCounter.LOST.toMillis());
    IdCounter.Track sameMachine = new IdCounter(file, MACHINE + 1).last();
    assertThat(sameMachine).isNotNull();
    assertThat(sameMachine.next(NOW) >>> IdLayout.COUNT)
        .as("once only")
        .isEqualTo(NOW + IdCounter.LOST.toMillis());
  }

  @Test
  void aNewNumberBeginsAtTheClockAndTheOldOneIsNotSetBack() {
    IdCounter counter = open();
    IdCounter.Track ahead = counter.begin(3, NOW + 1_000_000);
    long before = ahead.next(0);
    IdCounter.Track fresh = counter.begin(4, NOW);
    assertThat(fresh.next(NOW) >>> IdLayout.COUNT).isEqualTo(NOW);
    assertThat(ahead.next(0)).as("who still has the old one").isEqualTo(before + 1);
    for (int number = 5; number < 12; number++) {
      IdCounter again = open();
      again.begin(number, NOW + number);
      IdCounter.Track last = open().last();
      assertThat(last).isNotNull();
      assertThat(last.number()).isEqualTo(number);
    }
  }

  @Test
  void aFileOfAnotherLengthIsBegunAnew() throws Exception {
    Files.writeString(file, "half written");
    assertThat(open().last()).isNull();
  }

  @Test
  void noMomentIsGivenTwiceToManyThreads() throws Exception {
    IdCounter.Track track = open().begin(3, NOW);
    long seed = Seed.of("counters of ids");
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<List<Long>>> taking = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Random random = new Random(seed + i);
        taking.add(
            () -> {
              List<Long> taken = new ArrayList<>();
              for (int j = 0; j < 20_000; j++) {
                taken.add(track.next(NOW + random.nextInt(4)));
              }
              return taken;
            });
      }
      Set<Long> all = new HashSet<>();
      for (Future<List<Long>> taken : threads.invokeAll(taking)) {
        all.addAll(taken.get());
      }
      assertThat(all).as("seed %d", seed).hasSize(160_000);
    }
  }
}
