package io.slipway.api.predict;

import io.slipway.api.MediaType;
import io.slipway.bundle.InputSchema;
import io.slipway.door.BodyReader;
import io.slipway.door.Door;
import io.slipway.door.GatewayConfig;
import io.slipway.door.HttpArrival;
import io.slipway.door.Predictions;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.security.gate.Callers;
import io.slipway.serving.Selector;
import io.slipway.serving.run.Protocol;
import io.slipway.serving.run.Servable;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The gateway's own API: parses the heads of predict requests, and checks them against a version.
/// On the event loop.
@Singleton
final class PredictDoor implements Door {
  private final Predictions predictions;
  private final GatewayConfig config;
  private final Callers callers;
  private final Door explanations = new Explanations();

  @Inject
  PredictDoor(Predictions predictions, GatewayConfig config, Callers callers) {
    this.predictions = predictions;
    this.config = config;
    this.callers = callers;
  }

  /// Handles a request with `model` and `selector` in its path.
  void predict(HttpServerRequest request, String model, Selector selector) {
    predictions.take(request, model, selector, this);
  }

  /// As [#predict], and also answers with the values at every step.
  void explain(HttpServerRequest request, String model, Selector selector) {
    predictions.take(request, model, selector, explanations);
  }

  /// The most objects in one request.
  int maxInstances() {
    return config.maxInstances();
  }

  @Override
  public Protocol protocol() {
    return Protocol.NATIVE;
  }

  @Override
  public HttpArrival head(HttpServerRequest request, Duration timeout) {
    MediaType media = media(request);
    boolean partial = partial(request.getParam("on_error"));
    return media.name().equals(MediaType.NDJSON)
        ? new NdjsonStream(request, timeout, config, callers.standing(request))
        : new ObjectCall(request, this, timeout, media.name(), partial);
  }

  private static MediaType media(HttpServerRequest request) {
    MediaType media = MediaType.of(request.getHeader(HttpHeaders.CONTENT_TYPE));
    if (!media.utf8() && !media.name().equals("message/rfc822")) {
      throw new RefusedInput.UnsupportedMedia("text must be UTF-8, not " + media.charset());
    }
    BodyReader.requirePlain(request);
    return media;
  }

  private static boolean partial(@Nullable String parameter) {
    return switch (parameter) {
      case null -> false;
      case "fail" -> false;
      case "partial" -> true;
      default -> throw new RefusedInput.Malformed("on_error must be \"fail\" or \"partial\"");
    };
  }

  @Override
  public void refuse(HttpServerRequest request, RuntimeException why) {
    Replies.refuse(request, why);
  }

  /// One prediction with the values at every step.
  private final class Explanations implements Door {
    @Override
    public Protocol protocol() {
      return Protocol.NATIVE;
    }

    @Override
    public HttpArrival head(HttpServerRequest request, Duration timeout) {
      String media = media(request).name();
      partial(request.getParam("on_error"));
      return new ExplainCall(request, PredictDoor.this, timeout, media);
    }

    @Override
    public void refuse(HttpServerRequest request, RuntimeException why) {
      Replies.refuse(request, why);
    }
  }

  /// Checks whether `servable` accepts a body of the type `media`.
  ///
  /// @param streams whether streams are possible here
  /// @return the most bytes that the body may have
  /// @throws RefusedInput.UnsupportedMedia where it does not; a header then lists the accepted
  ///     types
  long admit(HttpServerRequest request, Servable servable, String media, boolean streams) {
    Set<String> own = servable.pipeline().reader().mediaTypes();
    boolean json = media.equals(MediaType.JSON);
    if (!json && !own.contains(media)) {
      throw unsupported(request, servable, media, streams);
    }
    return json || !servesBytes(servable)
        ? config.maxBody().asLongValue()
        : servable.pipeline().reader().maxBytes();
  }

  private static RefusedInput unsupported(
      HttpServerRequest request, Servable servable, String media, boolean streams) {
    Set<String> accepted = new TreeSet<>(servable.pipeline().reader().mediaTypes());
    accepted.add(MediaType.JSON);
    if (streams) {
      accepted.add(MediaType.NDJSON);
    }
    String list = String.join(", ", accepted);
    request.response().putHeader(GatewayHeaders.ACCEPT_POST, list);
    return new RefusedInput.UnsupportedMedia(
        servable.id().model()
            + " accepts "
            + list
            + (media.isEmpty() ? "; the request has no Content-Type" : ""));
  }

  /// Whether the object is binary data with a limit of its own.
  static boolean servesBytes(Servable servable) {
    return switch (servable.bundle().manifest().input()) {
      case InputSchema.Mail _, InputSchema.Image _ -> true;
      case InputSchema.Record _, InputSchema.Text _, InputSchema.Tensors _ -> false;
    };
  }
}
