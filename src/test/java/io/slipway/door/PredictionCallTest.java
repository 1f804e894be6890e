package io.slipway.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.pipeline.object.Batch;
import io.slipway.serving.Unserved;
import io.slipway.serving.VersionId;
import io.slipway.serving.run.Dispatcher;
import io.slipway.serving.run.Fixture;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Protocol;
import io.slipway.serving.run.Reading;
import io.slipway.serving.run.Reply;
import io.slipway.serving.run.Scored;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.Timings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A call is read by several versions at the same time, and its body is counted until nobody reads
/// it.
class PredictionCallTest {
  private static final byte[] BODY = "{\"customer_id\":\"X\"}".getBytes(StandardCharsets.UTF_8);
  private static final int UNFOLDED = 1_000;

  private final Dispatcher dispatcher = Fixture.dispatcher();
  private final BodyBudget budget = new BodyBudget(10_000);
  private final Servable one = version(1);
  private final Servable two = version(2);

  @AfterEach
  void stop() {
    dispatcher.stop();
  }

  private Servable version(int number) {
    return new Fixture(dispatcher, new VersionId("read", number), (_, _, _) -> List.of()).servable;
  }

  /// A call whose body is unfolded to something larger.
  private final class JsonCall extends PredictionCall<byte[]> {
    JsonCall() {
      super(Long.MAX_VALUE);
      assertThat(budget.take(BODY.length)).isTrue();
      arrived(new Body<>(BODY, budget, BODY.length));
    }

    void end() {
      over();
    }

    @Override
    public Protocol protocol() {
      return Protocol.NATIVE;
    }

    @Override
    protected Reading read(Servable servable, byte[] body, Reservation room) {
      room.take(UNFOLDED);
      Batch batch = servable.pipeline().reader().readJson(body, 1);
      return new Reading() {
        @Override
        public Batch batch() {
          return batch;
        }

        @Override
        public Reply answer(Lease lease, List<Scored> scored, Timings timings) {
          throw new IllegalStateException("nobody asks for it");
        }

        @Override
        public void close() {
          room.close();
        }
      };
    }

    @Override
    protected void refuseNow(@Nullable Servable servable, RuntimeException why) {
      throw new IllegalStateException("nobody asks for it");
    }

    @Override
    public boolean partial() {
      return false;
    }

    @Override
    public boolean abandoned() {
      return false;
    }
  }

  @Test
  void twoVersionsReadACallAtTheSameTimeWhileItEnds() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < 500; i++) {
        JsonCall call = new JsonCall();
        CyclicBarrier begin = new CyclicBarrier(3);
        List<Future<?>> readers = new ArrayList<>();
        for (Servable version : List.of(one, two)) {
          readers.add(
              threads.submit(
                  () -> {
                    begin.await();
                    try (Reading reading = call.read(version)) {
                      assertThat(reading.batch().rows()).hasSize(1);
                    } catch (Unserved.DeadlineExceeded e) {
                      assertThat(e).hasMessageContaining("no longer waits");
                    }
                    return version;
                  }));
        }
        begin.await();
        call.end();
        for (Future<?> reader : readers) {
          reader.get();
        }
        assertThat(budget.taken()).isZero();
      }
    }
  }

  @Test
  void aBodyIsCountedUntilTheLastReadingIsClosed() {
    JsonCall call = new JsonCall();
    Reading first = call.read(one);
    Reading second = call.read(two);
    assertThat(budget.taken()).isEqualTo(BODY.length + 2 * UNFOLDED);

    call.end();
    call.end();
    first.close();
    assertThat(budget.taken()).isEqualTo(BODY.length + UNFOLDED);
    second.close();

    assertThat(budget.taken()).isZero();
    assertThatThrownBy(() -> call.read(one)).isInstanceOf(Unserved.DeadlineExceeded.class);
  }

  @Test
  void whatCannotBeReadGivesBackWhatItTook() {
    JsonCall call = new JsonCall();
    assertThat(budget.take(9_500)).isTrue();

    assertThatThrownBy(() -> call.read(one)).isInstanceOf(Unserved.Overloaded.class);

    assertThat(budget.taken()).isEqualTo(9_500 + BODY.length);
  }
}
