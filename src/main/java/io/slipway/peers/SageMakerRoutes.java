package io.slipway.peers;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.security.Permission;
import io.slipway.security.gate.Callers;
import io.slipway.serving.Selector;
import io.slipway.serving.Unserved;
import io.slipway.serving.load.ServingState;
import io.slipway.serving.run.Protocol;
import io.slipway.serving.run.Servable;
import io.slipway.serving.traffic.ServingTable;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The routes of a SageMaker container, `/ping` and `/invocations`, for a model in production.
@Singleton
final class SageMakerRoutes {
  /// The header with the model's name, for an endpoint with several.
  private static final String TARGET = "X-Amzn-SageMaker-Target-Model";

  private final PeerDoor door;
  private final Callers callers;
  private final ServingTable table;
  private final ServingState state;
  private final Optional<String> model;

  @Inject
  SageMakerRoutes(
      PeerDoor door,
      Callers callers,
      ServingTable table,
      ServingState state,
      SageMakerConfig config) {
    this.callers = callers;
    this.door = door;
    this.table = table;
    this.state = state;
    this.model = config.model();
  }

  void register(@Observes Router router) {
    router.get("/ping").method(HttpMethod.HEAD).handler(this::ping);
    router.post("/invocations").handler(this::invoke);
  }

  /// Answers 200 where this replica is ready and serves at least one model.
  private void ping(RoutingContext rc) {
    boolean well = state.ready() && !table.models().isEmpty();
    rc.response().setStatusCode(well ? 200 : 503).end();
  }

  private void invoke(RoutingContext rc) {
    HttpServerRequest request = rc.request();
    try {
      String model = target(request);
      callers.of(rc).require(Permission.PREDICT, model);
      String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
      String accept = request.getHeader(HttpHeaders.ACCEPT);
      door.predict(
          request,
          Protocol.SAGEMAKER,
          model,
          Selector.PRODUCTION,
          servable -> dialect(type, accept, servable));
    } catch (RuntimeException e) {
      PeerErrors.sendUnread(request, e);
    }
  }

  private String target(HttpServerRequest request) {
    String named = request.getHeader(TARGET);
    if (named != null) {
      // SageMaker sends the name of the archive, which a model may have itself.
      String archive = named.replaceFirst("^/", "");
      return table.pointers(archive).isEmpty() ? archive.replaceFirst("[.]tar[.]gz$", "") : archive;
    }
    if (model.isPresent()) {
      return model.get();
    }
    List<String> promoted =
        table.models().stream()
            .filter(name -> table.peek(name, Selector.PRODUCTION) != null)
            .toList();
    if (promoted.size() == 1) {
      return promoted.getFirst();
    }
    throw new Unserved.NotFound(
        promoted.isEmpty()
            ? "no model is in production"
            : promoted.size()
                + " models are in production: name one by the header "
                + TARGET
                + " or the setting slipway.sagemaker.model");
  }

  private Dialect dialect(@Nullable String header, @Nullable String accept, Servable servable) {
    String type = header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    Invocation.Written answer = Invocation.Written.of(accept, type);
    Instances instances = new Instances(servable, door.maxInstances());
    return switch (type) {
      case "application/json", "" -> Invocation.json(instances, answer);
      case "application/jsonlines", "application/x-ndjson" -> Invocation.lines(instances, answer);
      case "text/csv" -> Invocation.csv(instances, servable, Csv.hasHeader(header), answer);
      default -> {
        if (!servable.pipeline().reader().mediaTypes().contains(type)) {
          throw new RefusedInput.UnsupportedMedia(
              "the model accepts application/json, application/jsonlines, text/csv"
                  + String.join(
                      "",
                      servable.pipeline().reader().mediaTypes().stream()
                          .map(m -> ", " + m)
                          .toList()));
        }
        yield Invocation.raw(answer);
      }
    };
  }
}
