package io.slipway.serving.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.slipway.Seed;
import io.slipway.onnx.ModelFailure;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Violation;
import io.slipway.serving.Unserved;
import io.slipway.serving.VersionId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DispatcherTest {
  private static final String OBJECT = "{\"customer_id\":\"X\"}";

  private final Dispatcher dispatcher =
      new Dispatcher(Fixture.METRICS, Fixture.WITNESS, Fixture.JOURNAL, Fixture.STUCK, 3, 2, 4);
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger runs = new AtomicInteger();

  /// Where calls arrive.
  private final Thread loop = Thread.currentThread();

  private final Servable slow =
      new Fixture(
              dispatcher,
              new VersionId("slow", 1),
              (rows, _, _) -> {
                runs.incrementAndGet();
                await(gate);
                return predictions(rows.size(), 0.5);
              })
          .servable;

  private final Servable fast =
      new Fixture(
              dispatcher, new VersionId("fast", 1), (rows, _, _) -> predictions(rows.size(), 0.5))
          .servable;

  @AfterEach
  void stop() {
    gate.countDown();
    dispatcher.stop();
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("nobody opened the gate");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Prediction> predictions(int rows, double value) {
    List<Prediction> predictions = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      predictions.add(new Prediction.Scored("p", value, null));
    }
    return predictions;
  }

  private static Prediction prediction(Scored scored) {
    return ((Scored.Decided) scored).prediction();
  }

  private RecordedCall submit(Servable servable, String body, boolean partial, Duration timeout) {
    return submit(
        servable, new RecordedCall(body.getBytes(StandardCharsets.UTF_8), partial), timeout);
  }

  private RecordedCall submit(Servable servable, RecordedCall call, Duration timeout) {
    long now = System.nanoTime();
    dispatcher.submit(Fixture.lease(servable), call, now, now + timeout.toNanos());
    return call;
  }

  private RecordedCall submit(Servable servable) {
    return submit(servable, OBJECT, false, Duration.ofMinutes(1));
  }

  @Test
  void aSlowModelNeitherTakesAllWorkersNorTheQueueOfOthers() throws Exception {
    List<RecordedCall> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      calls.add(submit(slow));
    }

    for (int i = 0; i < 20; i++) {
      assertThat(submit(fast).answer.get(10, TimeUnit.SECONDS)).hasSize(1);
    }
    gate.countDown();
    for (RecordedCall call : calls) {
      assertThat(call.answer.get(10, TimeUnit.SECONDS)).hasSize(1);
    }
  }

  @Test
  void aFullQueueRefusesAsOverloadedAndGivesTheLeaseBack() {
    List<RecordedCall> working = List.of(submit(slow), submit(slow));
    // Only once both workers are at one call each is it certain that none of the next share a run.
    Awaitility.await().until(() -> runs.get() == 2);
    List<RecordedCall> waiting = List.of(submit(slow), submit(slow), submit(slow), submit(slow));

    RecordedCall refused = submit(slow);

    assertThatThrownBy(() -> refused.answer.get(0, TimeUnit.SECONDS))
        .hasCauseInstanceOf(Unserved.Overloaded.class);
    assertThat(slow.lifetime().users()).as("the owner and those taken").isEqualTo(1 + 2 + 4);
    gate.countDown();
    for (RecordedCall call : Stream.concat(working.stream(), waiting.stream()).toList()) {
      assertThat(call.answer).succeedsWithin(Duration.ofSeconds(10));
    }
  }

  @Test
  void aDeadlineThatIsTooShortForAnybodyIsNoOverload() {
    RecordedCall hasty = submit(slow, OBJECT, false, Duration.ofNanos(1));
    assertThat(hasty.answer).failsWithin(Duration.ofSeconds(10));
    assertThatThrownBy(hasty.answer::get).hasCauseInstanceOf(Unserved.DeadlineExceeded.class);
    gate.countDown();
  }

  @Test
  void aCallThatWouldBeTooLateIsRefusedAtOnceWithTheTimeToComeBack() {
    Servable known =
        new Fixture(
                dispatcher,
                new VersionId("known", 1),
                new LatencyEstimate(TimeUnit.SECONDS.toNanos(3), 0),
                (rows, _, _) -> {
                  await(gate);
                  return predictions(rows.size(), 0.5);
                })
            .servable;
    RecordedCall first = submit(known, OBJECT, false, Duration.ofMinutes(1));
    RecordedCall second = submit(known, OBJECT, false, Duration.ofMinutes(1));

    RecordedCall late = submit(known, OBJECT, false, Duration.ofSeconds(5));

    assertThat(late.answer).isCompletedExceptionally();
    assertThatThrownBy(late.answer::get)
        .cause()
        .asInstanceOf(type(Unserved.Overloaded.class))
        .extracting(Unserved.Overloaded::retryAfter)
        .isEqualTo(Duration.ofSeconds(3));
    RecordedCall patient = submit(known, OBJECT, false, Duration.ofMinutes(1));
    gate.countDown();
    for (RecordedCall call : List.of(first, second, patient)) {
      assertThat(call.answer).succeedsWithin(Duration.ofSeconds(10));
    }
  }

  @Test
  void whatWaitsSharesARunAndABadRowDoesNotSpoilItsMates() throws Exception {
    List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch begun = new CountDownLatch(2);
    Servable sharing =
        new Fixture(
                dispatcher,
                new VersionId("sharing", 1),
                (rows, _, _) -> {
                  sizes.add(rows.size());
                  begun.countDown();
                  await(gate);
                  if (rows.stream().anyMatch(row -> row.text(0).equals("bad"))) {
                    throw new IllegalStateException("as this test wants it");
                  }
                  return predictions(rows.size(), 0.5);
                })
            .servable;
    List<RecordedCall> first = List.of(submit(sharing), submit(sharing));
    await(begun);
    RecordedCall good = submit(sharing);
    RecordedCall bad = submit(sharing, "{\"customer_id\":\"bad\"}", false, Duration.ofMinutes(1));
    RecordedCall late = submit(sharing);
    RecordedCall last = submit(sharing);
    gate.countDown();

    for (RecordedCall call : List.of(first.get(0), first.get(1), good, late, last)) {
      assertThat(call.answer.get(10, TimeUnit.SECONDS)).hasSize(1);
    }
    assertThatThrownBy(() -> bad.answer.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(Unserved.ModelFailed.class);
    assertThat(sizes).as("some run was shared").anyMatch(size -> size > 1);
    Awaitility.await().until(() -> sharing.lifetime().users() == 1);
  }

  @Test
  void callsOfTwoVersionsOfAModelNeverShareARun() throws Exception {
    List<String> runs = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch begun = new CountDownLatch(2);
    List<Servable> versions = new ArrayList<>();
    for (int version = 1; version <= 2; version++) {
      String name = "v" + version;
      double value = version;
      versions.add(
          new Fixture(
                  dispatcher,
                  new VersionId("two", version),
                  (rows, _, _) -> {
                    runs.add(name);
                    begun.countDown();
                    await(gate);
                    return predictions(rows.size(), value);
                  })
              .servable);
    }
    List<RecordedCall> calls = new ArrayList<>();
    calls.add(submit(versions.get(0)));
    calls.add(submit(versions.get(0)));
    await(begun);
    for (int i = 0; i < 4; i++) {
      calls.add(submit(versions.get(i % 2)));
    }
    gate.countDown();

    for (int i = 0; i < calls.size(); i++) {
      assertThat(calls.get(i).answer.get(10, TimeUnit.SECONDS))
          .extracting(DispatcherTest::prediction)
          .containsExactly(new Prediction.Scored("p", i < 2 ? 1 : i % 2 == 0 ? 1 : 2, null));
    }
    assertThat(runs).contains("v1", "v2");
  }

  @Test
  void aCallIsAnsweredAtItsDeadlineWhetherItWaitsOrIsWorkedOn() {
    List<RecordedCall> calls = new ArrayList<>();
    Duration timeout = Duration.ofSeconds(2);
    long begin = System.nanoTime();
    calls.add(submit(slow, OBJECT, false, timeout));
    calls.add(submit(slow, OBJECT, false, timeout));
    Awaitility.await().until(() -> runs.get() == 2);
    calls.add(submit(slow, OBJECT, false, timeout));
    calls.add(submit(slow, OBJECT, false, timeout));

    for (RecordedCall call : calls) {
      assertThatThrownBy(() -> call.answer.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(Unserved.DeadlineExceeded.class);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(timeout, Duration.ofSeconds(20));
    gate.countDown();
    Awaitility.await().until(() -> slow.lifetime().users() == 1);
    assertThat(runs.get()).as("what had not begun never begins").isEqualTo(2);
  }

  private RecordedCall serve(Servable servable, Duration timeout) {
    RecordedCall call = new RecordedCall(OBJECT.getBytes(StandardCharsets.UTF_8), false);
    long now = System.nanoTime();
    dispatcher.serve(Fixture.lease(servable), call, now, now + timeout.toNanos(), Runnable::run);
    return call;
  }

  @Test
  void aBriefModelIsServedOnTheThreadOfTheCaller() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    Servable brief =
        new Fixture(
                dispatcher,
                new VersionId("brief", 1),
                new LatencyEstimate(20_000, 0),
                (rows, _, _) -> {
                  thread.set(Thread.currentThread());
                  return predictions(rows.size(), 0.5);
                })
            .servable;

    RecordedCall call = serve(brief, Duration.ofMinutes(1));

    assertThat(call.answer).isCompleted();
    assertThat(thread.get()).isEqualTo(Thread.currentThread());
    assertThat(brief.lifetime().users()).as("the owner").isEqualTo(1);
  }

  @Test
  void aRunThatKeepsTheCallersThreadIsCutShortAndBegunAgainOnAWorker() throws Exception {
    List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    Servable surprising =
        new Fixture(
                dispatcher,
                new VersionId("surprising", 1),
                new LatencyEstimate(20_000, 0),
                (rows, _, handle) -> {
                  threads.add(Thread.currentThread());
                  if (threads.size() == 1) {
                    Awaitility.await().until(handle::terminated);
                    throw new ModelFailure.Terminated();
                  }
                  return predictions(rows.size(), 0.5);
                })
            .servable;

    RecordedCall call = serve(surprising, Duration.ofMinutes(1));

    assertThat(call.answer.get(10, TimeUnit.SECONDS)).hasSize(1);
    assertThat(threads).hasSize(2);
    assertThat(threads.getFirst()).isEqualTo(Thread.currentThread());
    assertThat(threads.getLast()).isNotEqualTo(Thread.currentThread());
    assertThat(surprising.latency().brief(OBJECT.length())).isFalse();
    Awaitility.await().until(() -> surprising.lifetime().users() == 1);
  }

  @Test
  void aShapeThatWasNeverRunIsNotBegunOnTheCallersThread() throws Exception {
    List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    Servable unfamiliar =
        new Fixture(
                dispatcher,
                new VersionId("unfamiliar", 1),
                new LatencyEstimate(20_000, 0),
                (rows, _, _) -> {
                  if (Thread.currentThread() == loop) {
                    throw new ModelFailure.Unfamiliar();
                  }
                  threads.add(Thread.currentThread());
                  return predictions(rows.size(), 0.5);
                })
            .servable;

    RecordedCall call = serve(unfamiliar, Duration.ofMinutes(1));

    assertThat(call.answer.get(10, TimeUnit.SECONDS)).hasSize(1);
    assertThat(threads).hasSize(1);
    Awaitility.await().until(() -> unfamiliar.lifetime().users() == 1);
  }

  @Test
  void theCallersThreadIsKeptNoLongerThanTheDeadline() {
    Servable stuck =
        new Fixture(
                dispatcher,
                new VersionId("stuck", 1),
                new LatencyEstimate(20_000, 0),
                (_, _, handle) -> {
                  Awaitility.await().until(handle::terminated);
                  throw new ModelFailure.Terminated();
                })
            .servable;

    RecordedCall call = serve(stuck, Duration.ofMillis(1));

    assertThatThrownBy(() -> call.answer.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(Unserved.DeadlineExceeded.class);
    Awaitility.await().until(() -> stuck.lifetime().users() == 1);
  }

  @Test
  void everyViolationOfABatchIsListedWithItsPlaceInTheRequest() {
    RecordedCall call =
        submit(
            fast,
            "{\"instances\":[" + OBJECT + ",{\"customer_id\":5},{\"x\":1,\"customer_id\":\"a\"}]}",
            false,
            Duration.ofMinutes(1));

    assertThatThrownBy(() -> call.answer.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .asInstanceOf(type(RefusedInput.Invalid.class))
        .extracting(RefusedInput.Invalid::violations)
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(Violation.class))
        .extracting(Violation::pointer)
        .containsExactly("/instances/1/customer_id", "/instances/2/x");
  }

  @Test
  void theGoodRowsOfAPartialBatchArePredictedInTheirPlaces() throws Exception {
    RecordedCall call =
        submit(
            fast,
            "{\"instances\":[{\"customer_id\":5}," + OBJECT + "]}",
            true,
            Duration.ofMinutes(1));

    List<Scored> scored = call.answer.get(10, TimeUnit.SECONDS);
    assertThat(scored.get(0)).isInstanceOf(Scored.Refused.class);
    assertThat(prediction(scored.get(1))).isEqualTo(new Prediction.Scored("p", 0.5, null));
  }

  @Test
  void aNumberThatIsNoneIsTheModelsFailure() {
    Servable broken =
        new Fixture(
                dispatcher,
                new VersionId("broken", 1),
                (rows, _, _) -> predictions(rows.size(), Double.NaN))
            .servable;

    RecordedCall call = submit(broken);

    assertThatThrownBy(() -> call.answer.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(Unserved.ModelFailed.class);
  }

  @Test
  void aModelThatThrowsFailsTheCallAndNotTheWorker() throws Exception {
    failsCallsAndNotWorkers(
        (_, _, _) -> {
          throw new IllegalStateException("as this test wants it");
        },
        Unserved.ModelFailed.class);
  }

  @Test
  void aHeapThatIsFullFailsTheCallAndNotTheWorker() throws Exception {
    failsCallsAndNotWorkers(
        (_, _, _) -> {
          throw new OutOfMemoryError("as this test wants it");
        },
        Unserved.Overloaded.class);
  }

  private void failsCallsAndNotWorkers(Scoring scoring, Class<? extends Throwable> refusal)
      throws Exception {
    Servable throwing = new Fixture(dispatcher, new VersionId("throwing", 1), scoring).servable;

    for (int i = 0; i < 10; i++) {
      RecordedCall call = submit(throwing);
      assertThatThrownBy(() -> call.answer.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(refusal);
    }
    assertThat(submit(fast).answer.get(10, TimeUnit.SECONDS)).hasSize(1);
    Awaitility.await().until(() -> throwing.lifetime().users() == 1);
  }

  @Test
  void anAnswerThatCannotBeWrittenIsARefusal() {
    Map<Throwable, Class<? extends Throwable>> refusals =
        Map.of(
            new OutOfMemoryError("as this test wants it"), Unserved.Overloaded.class,
            new InternalError("as this test wants it"), IllegalStateException.class,
            new ArithmeticException("as this test wants it"), ArithmeticException.class);
    refusals.forEach(
        (thrown, refusal) -> {
          RecordedCall call =
              new RecordedCall(OBJECT.getBytes(StandardCharsets.UTF_8), false) {
                @Override
                Reply write(List<Scored> scored) {
                  if (thrown instanceof Error error) {
                    throw error;
                  }
                  throw (RuntimeException) thrown;
                }
              };
          submit(fast, call, Duration.ofMinutes(1));
          assertThatThrownBy(() -> call.answer.get(10, TimeUnit.SECONDS))
              .hasCauseInstanceOf(refusal);
        });
    Awaitility.await().until(() -> fast.lifetime().users() == 1);
  }

  @Test
  void aSlowVersionNeitherTakesAllWorkersNorTheQueueOfAnotherOfItsModel() throws Exception {
    Servable other =
        new Fixture(
                dispatcher, new VersionId("slow", 2), (rows, _, _) -> predictions(rows.size(), 0.5))
            .servable;
    List<RecordedCall> calls = new ArrayList<>();
    calls.add(submit(slow));
    calls.add(submit(slow));
    Awaitility.await().until(() -> runs.get() == 2);
    for (int i = 0; i < 4; i++) {
      calls.add(submit(slow));
    }
    assertThat(submit(slow).answer).as("its queue is full").isCompletedExceptionally();

    for (int i = 0; i < 20; i++) {
      assertThat(submit(other).answer.get(10, TimeUnit.SECONDS)).hasSize(1);
    }
    gate.countDown();
    for (RecordedCall call : calls) {
      assertThat(call.answer.get(10, TimeUnit.SECONDS)).hasSize(1);
    }
  }

  @Test
  void afterItsVersionsHaveContendedAModelHasAllItsWorkersAgain() throws Exception {
    long seed = Seed.of("a busy dispatcher");
    Random random = new Random(seed);
    List<Servable> versions = new ArrayList<>();
    for (int version = 2; version <= 4; version++) {
      versions.add(
          new Fixture(
                  dispatcher,
                  new VersionId("slow", version),
                  (rows, _, _) -> {
                    LockSupport.parkNanos(rows.size() * 10_000L);
                    return predictions(rows.size(), 0.5);
                  })
              .servable);
    }
    int answered = 0;
    for (int round = 0; round < 100; round++) {
      List<RecordedCall> calls = new ArrayList<>();
      for (int i = random.nextInt(12); i >= 0; i--) {
        calls.add(submit(versions.get(random.nextInt(3))));
      }
      for (RecordedCall call : calls) {
        // Whoever finds a full queue is told so at once; nobody is forgotten.
        Throwable refused = call.answer.handle((_, why) -> why).get(10, TimeUnit.SECONDS);
        assertThat(refused == null || refused instanceof Unserved.Overloaded)
            .as("seed %d: %s", seed, refused)
            .isTrue();
        answered += refused == null ? 1 : 0;
      }
    }
    assertThat(answered).as("seed %d", seed).isGreaterThan(100);
    Awaitility.await()
        .until(() -> versions.stream().allMatch(version -> version.lane().rounds() == 0));

    List<RecordedCall> last = List.of(submit(slow), submit(slow));
    Awaitility.await().until(() -> runs.get() == 2);
    gate.countDown();
    for (RecordedCall call : last) {
      assertThat(call.answer.get(10, TimeUnit.SECONDS)).hasSize(1);
    }
  }
}
