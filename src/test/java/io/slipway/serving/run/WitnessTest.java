package io.slipway.serving.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.Row;
import io.slipway.serving.OutputFault;
import io.slipway.serving.RequestEnd;
import io.slipway.serving.Unserved;
import io.slipway.serving.VersionId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What observers hear of calls that were dispatched.
class WitnessTest {
  private static final String OBJECT = "{\"customer_id\":\"X\"}";

  private final List<Outcome> heard = new CopyOnWriteArrayList<>();
  private final Dispatcher dispatcher =
      new Dispatcher(
          Fixture.METRICS,
          new Witness(
              List.of(
                  _ -> {
                    throw new IllegalStateException("as this test wants it");
                  },
                  heard::add,
                  Fixture.METRICS)),
          Fixture.JOURNAL,
          Fixture.STUCK,
          2,
          2,
          100);

  @AfterEach
  void stop() {
    dispatcher.stop();
  }

  private Servable version(String model, Scoring scoring) {
    return new Fixture(dispatcher, new VersionId(model, 1), scoring).servable;
  }

  private static List<Prediction> predictions(int rows, double value) {
    List<Prediction> predictions = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      predictions.add(new Prediction.Scored("p", value, null));
    }
    return predictions;
  }

  private RecordedCall submit(Servable servable, RecordedCall call, Duration timeout) {
    long now = System.nanoTime();
    dispatcher.submit(Fixture.lease(servable), call, now, now + timeout.toNanos());
    return call;
  }

  private RecordedCall submit(Servable servable, String body, boolean partial) {
    return submit(
        servable,
        new RecordedCall(body.getBytes(StandardCharsets.UTF_8), partial),
        Duration.ofMinutes(1));
  }

  private static double count(String name, String model, String... tags) {
    return Fixture.METERS.find(name).tag("model", model).tags(tags).counters().stream()
        .mapToDouble(c -> c.count())
        .sum();
  }

  private static long served(String model) {
    return Fixture.METERS.find("slipway.predict.duration").tag("model", model).timers().stream()
        .mapToLong(t -> t.count())
        .sum();
  }

  @Test
  void anAnswerIsHeardOfBeforeItIsSent() throws Exception {
    Servable servable = version("heard", (rows, _, _) -> predictions(rows.size(), 0.5));
    RecordedCall call =
        new RecordedCall(OBJECT.getBytes(StandardCharsets.UTF_8), false) {
          @Override
          Reply write(List<Scored> scored) {
            assertThat(heard).isEmpty();
            Reply reply = super.write(scored);
            return () -> {
              if (heard.size() == 1 && served("heard") == 1) {
                reply.send();
              }
            };
          }
        };

    submit(servable, call, Duration.ofMinutes(1));

    assertThat(call.answer.get(10, TimeUnit.SECONDS)).hasSize(1);
    assertThat(heard).singleElement().isInstanceOf(Outcome.Answered.class);
    Outcome.Answered answered = (Outcome.Answered) heard.getFirst();
    assertThat(answered.end()).isEqualTo(RequestEnd.OK);
    assertThat(answered.protocol()).isEqualTo(Protocol.NATIVE);
    assertThat(answered.choice().chosen()).isSameAs(servable);
    assertThat(answered.scored()).isEqualTo(call.answer.get());
    assertThat(answered.rows())
        .singleElement()
        .satisfies(row -> assertThat(((Row.Read) row).frame().text(0)).isEqualTo("X"));
    assertThat(answered.total()).isGreaterThanOrEqualTo(answered.encode());
    Awaitility.await().until(() -> call.open.get() == 0);
  }

  @Test
  void whatEndsAfterItsDeadlineIsNotCountedAsServed() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    AtomicBoolean over = new AtomicBoolean();
    Servable servable =
        version(
            "overdue",
            (rows, _, _) -> {
              Awaitility.await().until(() -> gate.getCount() == 0);
              over.set(true);
              return predictions(rows.size(), 0.5);
            });

    RecordedCall late =
        submit(
            servable,
            new RecordedCall(OBJECT.getBytes(StandardCharsets.UTF_8), false),
            Duration.ofSeconds(1));
    assertThatThrownBy(() -> late.answer.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(Unserved.DeadlineExceeded.class);
    gate.countDown();
    Awaitility.await().until(() -> servable.lifetime().users() == 1);

    assertThat(over).isTrue();
    assertThat(heard).singleElement().extracting(Outcome::end).isEqualTo(RequestEnd.DEADLINE);
    assertThat(served("overdue")).as("in the latencies").isZero();
    assertThat(count("slipway.predict.requests", "overdue", "outcome", "deadline")).isOne();
    assertThat(count("slipway.predict.requests", "overdue", "outcome", "ok")).isZero();
    assertThat(late.open).as("readings that were not closed").hasValue(0);
  }

  @Test
  void aRefusalIsHeardOfWithItsRows() throws Exception {
    Servable servable = version("refusing", (rows, _, _) -> predictions(rows.size(), 0.5));

    RecordedCall refused =
        submit(servable, "{\"instances\":[" + OBJECT + ",{\"customer_id\":5}]}", false);
    assertThatThrownBy(() -> refused.answer.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(RefusedInput.Invalid.class);
    RecordedCall partial =
        submit(servable, "{\"instances\":[" + OBJECT + ",{\"customer_id\":5}]}", true);
    assertThat(partial.answer.get(10, TimeUnit.SECONDS)).hasSize(2);

    assertThat(heard).hasSize(2);
    assertThat(heard.getFirst().end()).isEqualTo(RequestEnd.INVALID_INPUT);
    assertThat(heard.getFirst().rows()).hasSize(2);
    assertThat(heard.getFirst().scored()).isEmpty();
    assertThat(heard.getLast().end()).isEqualTo(RequestEnd.OK);
    assertThat(count("slipway.input.violations", "refusing", "field", "customer_id")).isEqualTo(2);
    Awaitility.await().until(() -> refused.open.get() + partial.open.get() == 0);
  }

  @Test
  void anOutputThatIsNoDecisionIsHeardOfOnce() {
    Servable servable = version("nan", (rows, _, _) -> predictions(rows.size(), Double.NaN));

    RecordedCall broken = submit(servable, OBJECT, false);

    assertThatThrownBy(() -> broken.answer.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(Unserved.ModelFailed.class);
    assertThat(heard)
        .singleElement()
        .satisfies(
            outcome ->
                assertThat(((Scored.Broken) outcome.scored().getFirst()).why().fault())
                    .isEqualTo(OutputFault.NAN));
    assertThat(count("slipway.output.invalid", "nan", "kind", "nan")).isOne();
    assertThat(count("slipway.predict.requests", "nan", "outcome", "model_error")).isOne();
  }

  @Test
  void twoVersionsReadOneCallAtTheSameTime() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    List<List<String>> seen = new CopyOnWriteArrayList<>();
    Scoring waiting =
        (rows, _, _) -> {
          seen.add(rows.stream().map(row -> row.text(0)).toList());
          both.countDown();
          Awaitility.await().until(() -> both.getCount() == 0);
          return predictions(rows.size(), 0.5);
        };
    List<List<Scored>> answers = new CopyOnWriteArrayList<>();
    RecordedCall call =
        new RecordedCall(OBJECT.getBytes(StandardCharsets.UTF_8), false) {
          @Override
          Reply write(List<Scored> scored) {
            return () -> answers.add(scored);
          }
        };

    submit(version("one", waiting), call, Duration.ofMinutes(1));
    submit(version("two", waiting), call, Duration.ofMinutes(1));

    Awaitility.await().until(() -> answers.size() == 2 && call.open.get() == 0);
    assertThat(seen).containsExactly(List.of("X"), List.of("X"));
  }
}
