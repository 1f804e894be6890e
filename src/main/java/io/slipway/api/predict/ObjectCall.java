package io.slipway.api.predict;

import io.slipway.api.MediaType;
import io.slipway.door.HttpCall;
import io.slipway.door.Reservation;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.pipeline.object.Row;
import io.slipway.serving.Unserved;
import io.slipway.serving.run.BatchRefusal;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Reading;
import io.slipway.serving.run.Reply;
import io.slipway.serving.run.Scored;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.Timings;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;

/// A request with one body: an object, or a batch of them.
final class ObjectCall extends HttpCall {
  private final PredictDoor door;
  private final String media;
  private final boolean partial;

  /// @param media the media type of the body
  /// @param partial whether valid rows of a batch are predicted although others are refused
  ObjectCall(
      HttpServerRequest request,
      PredictDoor door,
      Duration timeout,
      String media,
      boolean partial) {
    super(request, door, timeout);
    this.door = door;
    this.media = media;
    this.partial = partial;
  }

  @Override
  public long admit(Servable servable) {
    return door.admit(request(), servable, media, true);
  }

  @Override
  public boolean partial() {
    return partial;
  }

  @Override
  protected Reading read(Servable servable, byte[] body, Reservation room) {
    return new ObjectReading(
        objects(servable.pipeline().reader(), media, body, door.maxInstances()), room);
  }

  /// The objects of a body.
  static Batch objects(RequestReader reader, String media, byte[] body, int maxInstances) {
    if (media.equals(MediaType.JSON)) {
      return reader.readJson(body, maxInstances);
    }
    if (!reader.mediaTypes().contains(media)) {
      throw new RefusedInput.UnsupportedMedia("the model does not accept " + media);
    }
    return new Batch(true, List.of(new Row.Read(reader.readRaw(body))));
  }

  /// The body as read for one version.
  private final class ObjectReading implements Reading {
    private final Batch batch;
    private final Reservation room;

    ObjectReading(Batch batch, Reservation room) {
      this.batch = batch;
      this.room = room;
    }

    @Override
    public Batch batch() {
      return batch;
    }

    @Override
    public Reply answer(Lease lease, List<Scored> scored, Timings timings) {
      byte[] answer = write(lease.servable(), scored);
      String timing = AnswerWriter.serverTiming(timings);
      return reply(
          lease.servable(),
          response -> {
            response.putHeader(GatewayHeaders.SERVER_TIMING, timing);
            Replies.json(response, answer);
          });
    }

    private byte[] write(Servable servable, List<Scored> scored) {
      AnswerWriter writer = new AnswerWriter();
      if (batch.single() && scored.getFirst() instanceof Scored.Decided decided) {
        writer.one(servable.id(), decided);
        return writer.toBytes();
      }
      writer.beginBatch(servable.id());
      for (int i = 0; i < scored.size(); i++) {
        switch (scored.get(i)) {
          case Scored.Decided decided -> writer.row(decided);
          case Scored.Refused(RefusedInput why) ->
              writer.row(Refusals.problem(BatchRefusal.inBatch(why, i)).at(request().path()));
          case Scored.Broken(Unserved.ModelFailed why) ->
              writer.row(Refusals.problem(why).at(request().path()));
        }
      }
      writer.endBatch();
      return writer.toBytes();
    }

    @Override
    public void close() {
      room.close();
    }
  }
}
