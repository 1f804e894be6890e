package io.slipway.api.predict;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.door.HttpCall;
import io.slipway.door.Reservation;
import io.slipway.pipeline.Pipeline;
import io.slipway.pipeline.PredictionWriter;
import io.slipway.pipeline.ValueWriter;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.pipeline.object.Row;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Reading;
import io.slipway.serving.run.Reply;
import io.slipway.serving.run.Scored;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.Timings;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A request for one decision with the values at every step. The decision is made as usual; then,
/// on another thread and outside of the measured times, the object is read again and shown after
/// each step. Steps are pure functions, so these are the values that led to the decision.
final class ExplainCall extends HttpCall {
  private static final double NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final PredictDoor door;
  private final String media;

  /// @param media JSON, or a media type of the object itself
  ExplainCall(HttpServerRequest request, PredictDoor door, Duration timeout, String media) {
    super(request, door, timeout);
    this.door = door;
    this.media = media;
  }

  @Override
  public long admit(Servable servable) {
    return door.admit(request(), servable, media, false);
  }

  @Override
  public boolean partial() {
    return false;
  }

  /// Unknown, so that the call never counts as short.
  @Override
  public long bytes() {
    return Long.MAX_VALUE;
  }

  @Override
  protected Reading read(Servable servable, byte[] body, Reservation room) {
    return new ExplainReading(object(servable.pipeline().reader(), body), body, room);
  }

  private Batch object(RequestReader reader, byte[] body) {
    Batch batch = ObjectCall.objects(reader, media, body, 1);
    if (!batch.single()) {
      throw new RefusedInput.Malformed("explain takes one object, not a batch");
    }
    return batch;
  }

  /// The object as read for one version.
  private final class ExplainReading implements Reading {
    private final Batch batch;
    private final byte[] body;
    private final Reservation room;

    ExplainReading(Batch batch, byte[] body, Reservation room) {
      this.batch = batch;
      this.body = body;
      this.room = room;
    }

    @Override
    public Batch batch() {
      return batch;
    }

    /// The lease and the body are kept until the steps were shown.
    @Override
    public Reply answer(Lease lease, List<Scored> scored, Timings timings) {
      Scored.Decided decided = (Scored.Decided) scored.getFirst();
      Reservation kept = room();
      Lease own = lease.again();
      return () -> {
        over();
        explain(own, kept, body, decided, timings);
      };
    }

    @Override
    public void close() {
      room.close();
    }
  }

  private void explain(
      Lease lease, Reservation room, byte[] body, Scored.Decided decided, Timings timings) {
    Servable servable = lease.servable();
    context()
        .executeBlocking(
            () -> {
              try (lease;
                  room) {
                return explanation(servable, body, decided, timings);
              }
            },
            false)
        .onSuccess(answer -> reply(servable, response -> send(response, answer, timings)).send())
        .onFailure(e -> Replies.problem(request(), Refusals.problem(unchecked(e))));
  }

  private static RuntimeException unchecked(Throwable e) {
    return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
  }

  private static void send(HttpServerResponse response, ObjectNode answer, Timings timings) {
    response.putHeader(GatewayHeaders.SERVER_TIMING, AnswerWriter.serverTiming(timings));
    Replies.json(response, answer.toString().getBytes(StandardCharsets.UTF_8));
  }

  private ObjectNode explanation(
      Servable servable, byte[] body, Scored.Decided decided, Timings timings) {
    ObjectNode answer =
        JsonNodeFactory.instance
            .objectNode()
            .put("model", servable.id().model())
            .put("version", servable.id().number())
            .put("prediction_id", decided.id().toString());
    answer.set("output", PredictionWriter.toJson(decided.prediction()));
    phases(answer.putObject("phases"), timings);
    Pipeline pipeline = servable.pipeline();
    if (object(pipeline.reader(), body).rows().getFirst() instanceof Row.Read(Frame frame)) {
      ArrayNode steps = answer.putArray("steps");
      pipeline.show(frame, (stop, now) -> step(steps.addObject(), stop, now));
      ArrayNode tensors = answer.putArray("tensors");
      try (Arena arena = Arena.ofConfined()) {
        pipeline
            .encode(List.of(frame), arena)
            .forEach((name, tensor) -> tensors.add(ValueWriter.tensor(name, tensor)));
      }
    }
    return answer;
  }

  private static void step(ObjectNode shown, Pipeline.Stop stop, Frame frame) {
    shown.put("op", stop.op());
    ArrayNode columns = shown.putArray("columns");
    stop.columns().forEach(column -> columns.add(ValueWriter.column(column, frame)));
  }

  /// The times of the phases in milliseconds.
  private static void phases(ObjectNode shown, Timings timings) {
    shown
        .put("queue", timings.queue() / NANOS)
        .put("decode", timings.decode() / NANOS)
        .put("preprocess", timings.preprocess() / NANOS)
        .put("inference", timings.inference() / NANOS)
        .put("postprocess", timings.postprocess() / NANOS);
  }
}
