package io.slipway.peers;

import io.slipway.door.Door;
import io.slipway.door.GatewayConfig;
import io.slipway.door.HttpCall;
import io.slipway.door.Reservation;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.object.Batch;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Reading;
import io.slipway.serving.run.Reply;
import io.slipway.serving.run.Scored;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.Timings;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A request of a compatible API.
final class PeerCall extends HttpCall {
  /// The memory of a body's JSON tree as a multiple of its size, in the worst realistic case: short
  /// numbers in nested arrays.
  private static final int TREE = 8;

  private final Dialect.Source dialects;
  private final GatewayConfig config;

  PeerCall(
      HttpServerRequest request,
      Door door,
      Duration timeout,
      Dialect.Source dialects,
      GatewayConfig config) {
    super(request, door, timeout);
    this.dialects = dialects;
    this.config = config;
  }

  /// Creating a dialect fails where the version cannot take this request.
  @Override
  public long admit(Servable servable) {
    dialects.of(servable);
    return Math.max(
        config.maxBody().asLongValue(), servable.pipeline().reader().maxBytes() * 4L / 3 + 1024);
  }

  @Override
  public boolean partial() {
    return false;
  }

  @Override
  protected Reading read(Servable servable, byte[] body, Reservation room) {
    room.take((long) body.length * TREE);
    Dialect dialect = dialects.of(servable);
    return new PeerReading(dialect, dialect.read(servable.pipeline().reader(), body), room);
  }

  /// The body as read for one version.
  private final class PeerReading implements Reading {
    private final Dialect dialect;
    private final Batch batch;
    private final Reservation room;

    PeerReading(Dialect dialect, Batch batch, Reservation room) {
      this.dialect = dialect;
      this.batch = batch;
      this.room = room;
    }

    @Override
    public Batch batch() {
      return batch;
    }

    @Override
    public Reply answer(Lease lease, List<Scored> scored, Timings timings) {
      List<Prediction> predictions = new ArrayList<>(scored.size());
      for (Scored row : scored) {
        predictions.add(((Scored.Decided) row).prediction());
      }
      byte[] answer;
      try {
        answer = dialect.write(lease.servable(), predictions);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return reply(
          lease.servable(),
          response -> {
            ids(response, scored);
            response
                .putHeader(HttpHeaders.CONTENT_TYPE, dialect.mediaType())
                .end(Buffer.buffer(answer));
          });
    }

    @Override
    public void close() {
      room.close();
    }
  }
}
