package io.slipway.peers;

import io.slipway.door.BodyBudget;
import io.slipway.door.EventLoop;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.UnexpectedOutput;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.serving.RequestEnd;
import io.slipway.serving.Unserved;
import io.slipway.serving.run.BatchRefusal;
import io.slipway.serving.run.Call;
import io.slipway.serving.run.Scored;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.Timings;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// A request in the dialect of a peer, on its way through serving.
final class PeerCall implements Call {
  /// What the tree of a body occupies, as a multiple of it, in the worst case that is no attack:
  /// short numbers in nested arrays.
  private static final int TREE = 8;

  private final HttpServerRequest request;
  private final Context context;
  private final Dialect dialect;
  private final BodyBudget budget;
  private final byte[] body;
  private long taken;
  private boolean treeTaken;

  /// @param context the request's event loop
  /// @param taken what the body has taken of the budget
  PeerCall(
      HttpServerRequest request,
      Context context,
      Dialect dialect,
      BodyBudget budget,
      byte[] body,
      long taken) {
    this.request = request;
    this.context = context;
    this.dialect = dialect;
    this.budget = budget;
    this.body = body;
    this.taken = taken;
  }

  @Override
  public Batch read(RequestReader reader) {
    takeTree();
    return dialect.read(reader, body);
  }

  /// Once, though a call that shared a run that failed is read again.
  private synchronized void takeTree() {
    long tree = (long) body.length * TREE;
    if (!treeTaken && !budget.take(tree)) {
      throw new Unserved.Overloaded("too many large requests are being served");
    }
    taken += treeTaken ? 0 : tree;
    treeTaken = true;
  }

  @Override
  public long bytes() {
    return body.length;
  }

  @Override
  public boolean partial() {
    return false;
  }

  @Override
  public RequestEnd answer(Servable servable, List<Scored> scored, Timings timings) {
    List<Prediction> predictions = new ArrayList<>(scored.size());
    for (int i = 0; i < scored.size(); i++) {
      switch (scored.get(i)) {
        case Scored.Decided(Prediction prediction) -> predictions.add(prediction);
        case Scored.Refused(RefusedInput why) -> {
          return refused(scored.size() == 1 ? why : BatchRefusal.inBatch(why, i));
        }
        case Scored.Broken(Unserved.ModelFailed why) -> {
          return refused(why);
        }
      }
    }
    byte[] answer;
    try {
      answer = dialect.write(servable, predictions);
    } catch (RefusedInput why) {
      return refused(why);
    } catch (UnexpectedOutput why) {
      return refused(new Unserved.ModelFailed(servable.id() + ": " + why.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String version = Integer.toString(servable.id().number());
    String digest = servable.bundle().digest().toString();
    release();
    EventLoop.run(
        context,
        () -> {
          HttpServerResponse response = request.response();
          if (!response.ended() && !response.closed()) {
            response
                .putHeader("Slipway-Model-Version", version)
                .putHeader("Slipway-Model-Digest", digest)
                .putHeader(HttpHeaders.CONTENT_TYPE, dialect.mediaType())
                .end(Buffer.buffer(answer));
          }
        });
    return RequestEnd.OK;
  }

  private RequestEnd refused(RuntimeException why) {
    refuse(why);
    return RequestEnd.of(why);
  }

  @Override
  public void refuse(RuntimeException why) {
    release();
    EventLoop.run(context, () -> PeerErrors.send(request, why));
  }

  private synchronized void release() {
    budget.back(taken);
    taken = 0;
  }

  @Override
  public boolean abandoned() {
    return request.response().closed();
  }
}
