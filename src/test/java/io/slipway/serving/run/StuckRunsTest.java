package io.slipway.serving.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slipway.bundle.Digest;
import io.slipway.pipeline.Prediction;
import io.slipway.serving.Unserved;
import io.slipway.serving.VersionId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs that hear no order to stop, as inside of one operator of a graph; two of their threads may
/// be lost.
class StuckRunsTest {
  private static final byte[] OBJECT = "{\"customer_id\":\"X\"}".getBytes(StandardCharsets.UTF_8);
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path data;

  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger begun = new AtomicInteger();
  private final List<String> reasons = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger ends = new AtomicInteger();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private CrashJournal journal;
  private StuckRuns stuck;
  private Dispatcher dispatcher;

  @BeforeEach
  void start() {
    journal = new CrashJournal(data, InstantSource.system());
    long bound = TimeUnit.MILLISECONDS.toNanos(300);
    stuck = new StuckRuns(new StuckRuns.Bounds(bound, bound, bound), 2, journal, meters);
    stuck.onQuarantine((_, why) -> reasons.add(why));
    stuck.onTooMany(ends::incrementAndGet);
    dispatcher = new Dispatcher(Fixture.METRICS, Fixture.WITNESS, journal, stuck, 1, 1, 10);
  }

  @AfterEach
  void stop() {
    gate.countDown();
    dispatcher.stop();
    journal.close();
  }

  private Servable endless(String model) {
    return new Fixture(
            dispatcher,
            new VersionId(model, 1),
            new LatencyEstimate(20_000, 0),
            (rows, _, _) -> {
              begun.incrementAndGet();
              try {
                gate.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return predictions(rows.size());
            })
        .servable;
  }

  private Servable sound() {
    return new Fixture(
            dispatcher, new VersionId("sound", 1), (rows, _, _) -> predictions(rows.size()))
        .servable;
  }

  private static List<Prediction> predictions(int rows) {
    return Collections.nCopies(rows, new Prediction.Scored("p", 0.5, null));
  }

  private RecordedCall submit(Servable servable, Duration timeout) {
    RecordedCall call = new RecordedCall(OBJECT, false);
    long now = System.nanoTime();
    dispatcher.submit(Fixture.lease(servable), call, now, now + timeout.toNanos());
    return call;
  }

  private static double counted(Servable servable) {
    return Fixture.METERS
        .get("slipway.predict.stuck.runs")
        .tag("model", servable.id().model())
        .counter()
        .count();
  }

  private double threads(String kind) {
    return meters.get("slipway.stuck.threads").tag("kind", kind).gauge().value();
  }

  @Test
  void aWorkerWhoseRunDoesNotEndIsReplacedAndItsVersionRunsNoMore() throws Exception {
    Servable endless = endless("endless");
    assertThat(counted(endless)).as("before anything has happened").isZero();

    RecordedCall first = submit(endless, Duration.ofMillis(50));
    Awaitility.await().until(() -> begun.get() == 1);
    RecordedCall waiting = submit(endless, LONG);

    assertThatThrownBy(() -> first.answer.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(Unserved.DeadlineExceeded.class);
    assertThatThrownBy(() -> waiting.answer.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(Unserved.NotReady.class)
        .hasMessageContaining("quarantine");
    assertThat(submit(sound(), LONG).answer.get(10, TimeUnit.SECONDS)).hasSize(1);
    assertThatThrownBy(() -> submit(endless, LONG).answer.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(Unserved.NotReady.class);

    assertThat(begun).hasValue(1);
    assertThat(stuck.lost()).isOne();
    assertThat(threads("worker")).isOne();
    assertThat(counted(endless)).isOne();
    Awaitility.await().until(() -> reasons.size() == 1);
    assertThat(reasons.getFirst()).contains("a run did not end", "to release it, remove");
    assertThat(Files.list(data.resolve("quarantine")))
        .singleElement()
        .asString()
        .endsWith(Fixture.BUNDLE.digest().hex());
    assertThat(ends).hasValue(0);
    Awaitility.await().until(() -> endless.lifetime().users() == 2);
    assertThat(endless.lifetime().users()).as("the owner and the run that is on").isEqualTo(2);
  }

  @Test
  void aThreadWhoseRunEndsAfterAllIsTakenBackAndTheQuarantineStays() throws Exception {
    Servable endless = endless("late");
    submit(endless, Duration.ofMillis(50));
    Awaitility.await().until(() -> reasons.size() == 1);
    Awaitility.await().until(() -> stuck.lost() == 1);

    gate.countDown();

    Awaitility.await().until(() -> stuck.lost() == 0);
    Awaitility.await().until(() -> endless.lifetime().users() == 1);
    assertThat(threads("worker")).isZero();
    assertThat(journal.quarantined(Fixture.BUNDLE.digest())).isNotNull();
    for (int i = 0; i < 3; i++) {
      assertThat(submit(sound(), LONG).answer.get(10, TimeUnit.SECONDS)).hasSize(1);
    }
  }

  @Test
  void theProcessHasToEndOnceMoreThreadsAreLostThanItCanSpare() {
    for (int i = 1; i <= 3; i++) {
      submit(endless("endless-" + i), Duration.ofMillis(50));
      int lost = i;
      Awaitility.await().until(() -> reasons.size() == lost);
      assertThat(stuck.tooMany()).isEqualTo(i == 3);
    }
    Awaitility.await().until(() -> ends.get() == 1);
  }

  @Test
  void theProcessHasToEndOnceAnEventLoopIsLost() throws Exception {
    Servable endless = endless("on-the-loop");
    Thread loop =
        Thread.ofPlatform()
            .start(
                () -> {
                  long now = System.nanoTime();
                  List<Runnable> soon = new ArrayList<>();
                  dispatcher.serve(
                      Fixture.lease(endless),
                      new RecordedCall(OBJECT, false),
                      now,
                      now + LONG.toNanos(),
                      soon::add);
                  soon.forEach(Runnable::run);
                });
    Awaitility.await().until(() -> ends.get() == 1);

    assertThat(stuck.eventLoop()).isTrue();
    assertThat(threads("event_loop")).isOne();
    assertThat(reasons.getFirst()).contains("event loop");
    assertThat(submit(sound(), LONG).answer.get(10, TimeUnit.SECONDS)).hasSize(1);
    gate.countDown();
    loop.join();
    assertThat(stuck.lost()).isZero();
  }

  @Test
  void aLoadWhoseExamplesDoNotEndIsWrittenOffAndItsThreadReplaced() {
    List<Integer> threadsMore = Collections.synchronizedList(new ArrayList<>());
    StuckRuns.Load sound =
        stuck.load(new VersionId("m", 1), Digest.of(new byte[] {1}), threadsMore::add);
    sound.close();
    Digest digest = Digest.of(new byte[] {2});
    StuckRuns.Load load = stuck.load(new VersionId("m", 2), digest, threadsMore::add);

    Awaitility.await().until(() -> reasons.size() == 1);
    assertThat(reasons.getFirst()).contains("a run of its examples at load");
    assertThat(threadsMore).containsExactly(1);
    assertThat(threads("loader")).isOne();
    assertThat(journal.quarantined(digest)).isNotNull();

    load.close();
    assertThat(threadsMore).containsExactly(1, -1);
    assertThat(threads("loader")).isZero();
  }
}
