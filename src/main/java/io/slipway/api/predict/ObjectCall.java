package io.slipway.api.predict;

import io.slipway.api.MediaType;
import io.slipway.door.EventLoop;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.pipeline.object.Row;
import io.slipway.serving.RequestEnd;
import io.slipway.serving.Unserved;
import io.slipway.serving.run.BatchRefusal;
import io.slipway.serving.run.Call;
import io.slipway.serving.run.Scored;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.Timings;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request with one body: an object, or a batch of them.
final class ObjectCall implements Call {
  private final HttpServerRequest request;
  private final Context context;
  private final InstantSource clock;
  private final Options options;
  private final Runnable released;
  private final byte[] body;
  private boolean single;

  /// How the body is to be taken.
  ///
  /// @param media JSON, or a media type of the object itself
  /// @param partial whether the good rows of a batch are predicted
  /// @param maxInstances the most objects of a batch
  record Options(String media, boolean partial, int maxInstances) {}

  /// @param context the request's event loop
  /// @param released called once, when the body is not needed any more
  ObjectCall(
      HttpServerRequest request,
      Context context,
      InstantSource clock,
      Options options,
      byte[] body,
      Runnable released) {
    this.request = request;
    this.context = context;
    this.clock = clock;
    this.options = options;
    this.body = body;
    this.released = released;
  }

  @Override
  public Batch read(RequestReader reader) {
    Batch batch = batch(reader, body);
    single = batch.single();
    return batch;
  }

  private Batch batch(RequestReader reader, byte[] body) {
    if (options.media().equals(MediaType.JSON)) {
      return reader.readJson(body, options.maxInstances());
    }
    return raw(reader, options.media(), body);
  }

  /// Reads a body that is the object itself, of the media type `media`.
  static Batch raw(RequestReader reader, String media, byte[] body) {
    // The version may have changed since the headers were looked at.
    if (!reader.mediaTypes().contains(media)) {
      throw new RefusedInput.UnsupportedMedia("the model does not accept " + media);
    }
    return new Batch(true, List.of(new Row.Read(reader.readRaw(body))));
  }

  @Override
  public long bytes() {
    return body.length;
  }

  @Override
  public boolean partial() {
    return options.partial();
  }

  @Override
  public RequestEnd answer(Servable servable, List<Scored> scored, Timings timings) {
    RuntimeException failure = failure(scored);
    if (failure != null) {
      refuse(failure);
      return RequestEnd.of(failure);
    }
    byte[] answer = write(servable, scored);
    String timing = AnswerWriter.serverTiming(timings);
    String version = Integer.toString(servable.id().number());
    String digest = servable.bundle().digest().toString();
    EventLoop.run(
        context,
        () -> {
          released.run();
          HttpServerResponse response = request.response();
          if (!response.closed() && !response.ended()) {
            response
                .putHeader(GatewayHeaders.VERSION, version)
                .putHeader(GatewayHeaders.DIGEST, digest)
                .putHeader(GatewayHeaders.SERVER_TIMING, timing);
            Replies.json(response, answer);
          }
        });
    return RequestEnd.OK;
  }

  /// What one row's failure makes of the whole request, where it does.
  private @Nullable RuntimeException failure(List<Scored> scored) {
    if (options.partial() && !single) {
      return null;
    }
    for (Scored row : scored) {
      switch (row) {
        case Scored.Broken(Unserved.ModelFailed why) -> {
          return why;
        }
        case Scored.Refused(RefusedInput why) -> {
          return why;
        }
        case Scored.Decided _ -> {}
      }
    }
    return null;
  }

  private byte[] write(Servable servable, List<Scored> scored) {
    AnswerWriter writer = new AnswerWriter(clock);
    if (single && scored.getFirst() instanceof Scored.Decided(var prediction)) {
      writer.one(servable.id(), prediction);
      return writer.toBytes();
    }
    writer.beginBatch(servable.id());
    for (int i = 0; i < scored.size(); i++) {
      switch (scored.get(i)) {
        case Scored.Decided(var prediction) -> writer.row(prediction);
        case Scored.Refused(RefusedInput why) ->
            writer.row(Refusals.problem(BatchRefusal.inBatch(why, i)).at(request.path()));
        case Scored.Broken(Unserved.ModelFailed why) ->
            writer.row(Refusals.problem(why).at(request.path()));
      }
    }
    writer.endBatch();
    return writer.toBytes();
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
