package io.slipway.api.predict;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.api.MediaType;
import io.slipway.door.EventLoop;
import io.slipway.pipeline.Pipeline;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.PredictionWriter;
import io.slipway.pipeline.ValueWriter;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.pipeline.object.Row;
import io.slipway.serving.RequestEnd;
import io.slipway.serving.Unserved;
import io.slipway.serving.VersionId;
import io.slipway.serving.run.Call;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Scored;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.Timings;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A request for one decision and the way to it. The decision is made as any other; then, off the
/// worker and off its times, the object is read once more and shown after each step. Steps are
/// pure, so that these are the values that the decision was made of.
final class ExplainCall implements Call {
  private static final double NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final HttpServerRequest request;
  private final Context context;
  private final InstantSource clock;
  private final String media;
  private final byte[] body;
  private final Function<VersionId, @Nullable Lease> leases;
  private final Runnable released;

  /// @param context the request's event loop
  /// @param media JSON, or a media type of the object itself
  /// @param leases keeps a version while the way to its decision is shown
  /// @param released called once, when the body is not needed any more
  ExplainCall(
      HttpServerRequest request,
      Context context,
      InstantSource clock,
      String media,
      byte[] body,
      Function<VersionId, @Nullable Lease> leases,
      Runnable released) {
    this.request = request;
    this.context = context;
    this.clock = clock;
    this.media = media;
    this.body = body;
    this.leases = leases;
    this.released = released;
  }

  @Override
  public Batch read(RequestReader reader) {
    if (!media.equals(MediaType.JSON)) {
      return ObjectCall.raw(reader, media, body);
    }
    Batch batch = reader.readJson(body, 1);
    if (!batch.single()) {
      throw new RefusedInput.Malformed("one object is explained at a time, not a batch");
    }
    return batch;
  }

  @Override
  public boolean partial() {
    return false;
  }

  @Override
  public RequestEnd answer(Servable servable, List<Scored> scored, Timings timings) {
    return switch (scored.getFirst()) {
      case Scored.Decided(Prediction prediction) -> {
        Lease lease = leases.apply(servable.id());
        if (lease == null) {
          Unserved why = new Unserved.NotReady(servable.id() + " is being retired");
          refuse(why);
          yield RequestEnd.of(why);
        }
        explain(lease, prediction, timings);
        yield RequestEnd.OK;
      }
      case Scored.Refused(RefusedInput why) -> refused(why);
      case Scored.Broken(Unserved.ModelFailed why) -> refused(why);
    };
  }

  private RequestEnd refused(RuntimeException why) {
    refuse(why);
    return RequestEnd.of(why);
  }

  private void explain(Lease lease, Prediction prediction, Timings timings) {
    context
        .executeBlocking(
            () -> {
              try (lease) {
                return explanation(lease.servable(), prediction, timings);
              }
            },
            false)
        .onComplete(_ -> released.run())
        .onSuccess(answer -> send(lease.servable(), answer, timings))
        .onFailure(e -> Replies.problem(request, Refusals.problem(unchecked(e))));
  }

  private static RuntimeException unchecked(Throwable e) {
    return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
  }

  private void send(Servable servable, ObjectNode answer, Timings timings) {
    if (!request.response().closed() && !request.response().ended()) {
      request
          .response()
          .putHeader(GatewayHeaders.VERSION, Integer.toString(servable.id().number()))
          .putHeader(GatewayHeaders.DIGEST, servable.bundle().digest().toString())
          .putHeader(GatewayHeaders.SERVER_TIMING, AnswerWriter.serverTiming(timings));
      Replies.json(request.response(), answer.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private ObjectNode explanation(Servable servable, Prediction prediction, Timings timings) {
    ObjectNode answer =
        JsonNodeFactory.instance
            .objectNode()
            .put("model", servable.id().model())
            .put("version", servable.id().number())
            .put("prediction_id", PredictionId.at(clock.millis()));
    answer.set("output", PredictionWriter.toJson(prediction));
    phases(answer.putObject("phases"), timings);
    Pipeline pipeline = servable.pipeline();
    if (read(pipeline.reader()).rows().getFirst() instanceof Row.Read(Frame frame)) {
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

  /// In milliseconds.
  private static void phases(ObjectNode shown, Timings timings) {
    shown
        .put("queue", timings.queue() / NANOS)
        .put("decode", timings.decode() / NANOS)
        .put("preprocess", timings.preprocess() / NANOS)
        .put("inference", timings.inference() / NANOS)
        .put("postprocess", timings.postprocess() / NANOS);
  }

  @Override
  public void refuse(RuntimeException why) {
    EventLoop.run(
        context,
        () -> {
          released.run();
          Replies.refuse(request, why);
        });
  }

  @Override
  public boolean abandoned() {
    return request.response().closed();
  }
}
