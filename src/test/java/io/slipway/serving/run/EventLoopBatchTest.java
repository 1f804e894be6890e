package io.slipway.serving.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.Frame;
import io.slipway.serving.Unserved;
import io.slipway.serving.VersionId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What one event loop reads in a turn: this test's thread is the loop.
class EventLoopBatchTest {
  private final Dispatcher dispatcher =
      new Dispatcher(Fixture.METRICS, Fixture.WITNESS, Fixture.JOURNAL, Fixture.STUCK, 1, 1, 100);

  /// What the loop does when it has read its sockets.
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

  /// The objects of each run, by their names.
  private final List<List<String>> runs = new ArrayList<>();

  @AfterEach
  void stop() {
    dispatcher.stop();
  }

  /// A version that answers the length of the object's name.
  private Servable version(int number, long nanos) {
    return new Fixture(
            dispatcher,
            new VersionId("m", number),
            new LatencyEstimate(nanos, 0),
            (rows, _, _) -> run(rows))
        .servable;
  }

  private List<Prediction> run(List<Frame> rows) {
    List<String> names = rows.stream().map(row -> row.text(0)).toList();
    runs.add(names);
    if (names.contains("bad")) {
      throw new IllegalStateException("as this test wants it");
    }
    return names.stream()
        .map(name -> (Prediction) new Prediction.Scored("p", name.length(), null))
        .toList();
  }

  private static byte[] object(String name) {
    return ("{\"customer_id\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8);
  }

  private RecordedCall arrives(Servable servable, String name) {
    return arrives(servable, new RecordedCall(object(name), false), Duration.ofMinutes(1));
  }

  private RecordedCall arrives(Servable servable, RecordedCall call, Duration timeout) {
    long now = System.nanoTime();
    dispatcher.serve(Fixture.lease(servable), call, now, now + timeout.toNanos(), tasks::add);
    return call;
  }

  private void endOfTurn() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private static double value(RecordedCall call) throws Exception {
    Scored scored = call.answer.get(0, TimeUnit.SECONDS).getFirst();
    return ((Prediction.Scored) ((Scored.Decided) scored).prediction()).value();
  }

  @Test
  void whatArrivesInOneTurnSharesARunAndEachCallGetsItsOwn() throws Exception {
    Servable brief = version(1, 20_000);
    RecordedCall a = arrives(brief, "a");
    RecordedCall bb = arrives(brief, "bb");
    RecordedCall ccc = arrives(brief, "ccc");
    assertThat(runs).as("while the sockets are read").isEmpty();

    endOfTurn();

    assertThat(runs).containsExactly(List.of("a", "bb", "ccc"));
    assertThat(List.of(value(a), value(bb), value(ccc))).containsExactly(1.0, 2.0, 3.0);
    assertThat(brief.lifetime().users()).as("the owner").isEqualTo(1);
  }

  @Test
  void aBadRowDoesNotSpoilItsMates() throws Exception {
    Servable brief = version(1, 20_000);
    RecordedCall a = arrives(brief, "a");
    RecordedCall bad = arrives(brief, "bad");
    RecordedCall ccc = arrives(brief, "ccc");

    endOfTurn();

    assertThat(List.of(value(a), value(ccc))).containsExactly(1.0, 3.0);
    assertThatThrownBy(() -> value(bad)).hasCauseInstanceOf(Unserved.ModelFailed.class);
    assertThat(brief.lifetime().users()).as("the owner").isEqualTo(1);
  }

  @Test
  void twoVersionsNeverShareARun() throws Exception {
    Servable one = version(1, 20_000);
    Servable two = version(2, 20_000);
    RecordedCall a = arrives(one, "a");
    RecordedCall bb = arrives(two, "bb");
    RecordedCall ccc = arrives(one, "ccc");

    endOfTurn();

    assertThat(runs).containsExactly(List.of("a", "ccc"), List.of("bb"));
    assertThat(List.of(value(a), value(bb), value(ccc))).containsExactly(1.0, 2.0, 3.0);
  }

  @Test
  void aTurnWithEnoughWorkServesBeforeItHasReadAll() {
    Servable longer = version(1, 190_000);
    RecordedCall a = arrives(longer, "a");
    assertThat(a.answer).isNotDone();

    RecordedCall bb = arrives(longer, "bb");

    assertThat(a.answer).isCompleted();
    assertThat(bb.answer).isCompleted();
    RecordedCall ccc = arrives(longer, "ccc");
    endOfTurn();
    assertThat(ccc.answer).isCompleted();
  }

  @Test
  void aCallThatArrivesWhileOthersAreAnsweredGetsItsTurnAfterThem() {
    Servable brief = version(1, 20_000);
    List<RecordedCall> next = new ArrayList<>();
    RecordedCall pipelined =
        new RecordedCall(object("a"), false) {
          @Override
          Reply write(List<Scored> scored) {
            next.add(arrives(brief, "next"));
            return super.write(scored);
          }
        };
    arrives(brief, pipelined, Duration.ofMinutes(1));

    tasks.remove().run();

    assertThat(pipelined.answer).isCompleted();
    assertThat(next.getFirst().answer).isNotDone();
    endOfTurn();
    assertThat(next.getFirst().answer).isCompleted();
    assertThat(runs).containsExactly(List.of("a"), List.of("next"));
  }

  @Test
  void aCallWhoseDeadlineHasPassedAtTheEndOfItsTurnIsNotBegun() {
    Servable brief = version(1, 20_000);
    RecordedCall late = arrives(brief, new RecordedCall(object("a"), false), Duration.ofNanos(1));

    endOfTurn();

    assertThatThrownBy(() -> value(late)).hasCauseInstanceOf(Unserved.DeadlineExceeded.class);
    assertThat(runs).isEmpty();
    assertThat(brief.lifetime().users()).as("the owner").isEqualTo(1);
  }
}
