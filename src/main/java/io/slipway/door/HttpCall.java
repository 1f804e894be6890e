package io.slipway.door;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.id.PredictionId;
import io.slipway.serving.run.Protocol;
import io.slipway.serving.run.Reply;
import io.slipway.serving.run.Scored;
import io.slipway.serving.run.Servable;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A request for predictions over HTTP with one body and one answer.
public abstract non-sealed class HttpCall extends PredictionCall<byte[]> implements HttpArrival {
  private static final CharSequence VERSION = HttpHeaders.createOptimized("Slipway-Model-Version");
  private static final CharSequence DIGEST = HttpHeaders.createOptimized("Slipway-Model-Digest");
  private static final CharSequence IDS = HttpHeaders.createOptimized("Slipway-Prediction-Id");

  /// The most ids in a header: clients limit the size of an answer's head.
  private static final int MOST_IDS = 64;

  private final HttpServerRequest request;
  private final Door door;
  private int length;

  protected HttpCall(HttpServerRequest request, Door door, Duration timeout) {
    super(System.nanoTime() + timeout.toNanos());
    this.request = request;
    this.door = door;
  }

  @Override
  public final HttpServerRequest request() {
    return request;
  }

  @Override
  public final Protocol protocol() {
    return door.protocol();
  }

  @Override
  public long admit(Servable servable) {
    return super.admit(servable);
  }

  final void arrived(byte[] bytes, BodyBudget budget, long taken) {
    length = bytes.length;
    arrived(new Body<>(bytes, budget, taken));
  }

  /// Checks the body that was read against another version than the one it was admitted for.
  ///
  /// @throws RefusedInput where `servable` cannot take it
  final void admitAnew(Servable servable) {
    long most = admit(servable);
    if (length > most) {
      throw new RefusedInput.TooLarge("the body has " + length + " bytes; at most " + most);
    }
  }

  /// The size of the body in bytes.
  protected final int length() {
    return length;
  }

  @Override
  public long bytes() {
    return length;
  }

  @Override
  public boolean abandoned() {
    return request.response().closed();
  }

  @Override
  protected void refuseNow(@Nullable Servable servable, RuntimeException why) {
    door.refuse(request, why);
  }

  /// An answer of `servable`: sets the headers that name the version, then calls `rest`, which ends
  /// the response. On the request's event loop; does nothing where the caller has disconnected.
  protected final Reply reply(Servable servable, Consumer<HttpServerResponse> rest) {
    return () -> {
      over();
      EventLoop.run(context(), () -> send(request.response(), servable, rest));
    };
  }

  private static void send(
      HttpServerResponse response, Servable servable, Consumer<HttpServerResponse> rest) {
    if (!response.ended() && !response.closed()) {
      version(response, servable);
      rest.accept(response);
    }
  }

  /// Sets the headers that name the version.
  static void version(HttpServerResponse response, Servable servable) {
    response.putHeader(VERSION, servable.number()).putHeader(DIGEST, servable.digest());
  }

  /// Lists the prediction ids in a header, for protocols without another place for them. Omitted
  /// where there are more than [#MOST_IDS].
  protected static void ids(HttpServerResponse response, List<Scored> scored) {
    if (scored.size() > MOST_IDS) {
      return;
    }
    StringBuilder ids = new StringBuilder(scored.size() * (PredictionId.LENGTH + 2));
    for (Scored row : scored) {
      if (row instanceof Scored.Decided decided) {
        ids.append(ids.isEmpty() ? "" : ", ").append(decided.id());
      }
    }
    response.putHeader(IDS, ids);
  }
}
