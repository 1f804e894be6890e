package io.slipway.openinference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.StrictJson;
import io.slipway.door.BodyBudget;
import io.slipway.door.BodyReader;
import io.slipway.door.EarlyAnswer;
import io.slipway.door.ErrorAnswer;
import io.slipway.door.Leases;
import io.slipway.door.RequestDeadline;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Selector;
import io.slipway.serving.Unserved;
import io.slipway.serving.VersionId;
import io.slipway.serving.traffic.ServingTable;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The HTTP routes below `/v2`.
@Singleton
final class OpenInferenceRoutes {
  private static final String MODEL = "/v2/models/:model";
  private static final String VERSION = MODEL + "/versions/:version";
  private static final String REPOSITORY = "/v2/repository/models/:model/";

  /// The path of the statistics of all models, which is also that of a model with this name.
  private static final String ALL_STATS = "/v2/models/stats";

  private static final String STATS = "stats";

  /// The largest body of a call other than infer, in bytes.
  private static final int SMALL_BODY = 1 << 20;

  private final InferDoor door;
  private final Leases leases;
  private final ServingTable table;
  private final Repository repository;
  private final Statistics statistics;
  private final Server server;
  private final RequestDeadline requestDeadline;
  private final BodyBudget budget;

  @Inject
  OpenInferenceRoutes(
      InferDoor door,
      Leases leases,
      ServingTable table,
      Repository repository,
      Statistics statistics,
      Server server,
      RequestDeadline requestDeadline,
      BodyBudget budget) {
    this.door = door;
    this.leases = leases;
    this.table = table;
    this.repository = repository;
    this.statistics = statistics;
    this.server = server;
    this.requestDeadline = requestDeadline;
    this.budget = budget;
  }

  void register(@Observes Router router) {
    get(router, ALL_STATS, this::allStats);
    for (String model : List.of(MODEL, VERSION)) {
      post(
          router,
          model + "/infer",
          rc -> door.infer(rc.request(), rc.pathParam("model"), rc.pathParam("version")));
      get(router, model + "/ready", this::modelReady);
      get(
          router,
          model,
          rc -> page(rc, v -> ModelMetadata.metadata(v, repository.versions(v.model()))));
      get(router, model + "/config", rc -> page(rc, ModelMetadata::config));
      get(
          router,
          model + "/stats",
          rc -> page(rc, v -> stats(List.of(new Known(v.id(), statistics.of(v.id()))))));
    }
    get(router, "/v2", this::about);
    get(router, "/v2/health/live", rc -> answer(rc, 200, object().put("live", true)));
    get(router, "/v2/health/ready", this::ready);
    post(router, "/v2/repository/index", this::index);
    post(router, REPOSITORY + "load", this::load);
    post(router, REPOSITORY + "unload", this::unload);
    router
        .route("/v2/*")
        .handler(
            rc ->
                EarlyAnswer.send(
                    rc.request(), () -> answer(rc, 404, object().put("error", "no such path"))));
  }

  private record Known(VersionId id, Statistics.Snapshot snapshot) {}

  private static void get(Router router, String path, Consumer<RoutingContext> work) {
    router.get(path).method(HttpMethod.HEAD).handler(rc -> guarded(rc, work));
  }

  private static void post(Router router, String path, Consumer<RoutingContext> work) {
    router.post(path).handler(rc -> guarded(rc, work));
  }

  private static void guarded(RoutingContext rc, Consumer<RoutingContext> work) {
    try {
      work.accept(rc);
    } catch (RuntimeException e) {
      Errors.sendUnread(rc.request(), e);
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static void answer(RoutingContext rc, int status, ObjectNode body) {
    ErrorAnswer.send(rc.request(), status, body);
  }

  private void about(RoutingContext rc) {
    ObjectNode page = object().put("name", Server.NAME).put("version", server.version());
    ArrayNode extensions = page.putArray("extensions");
    Server.EXTENSIONS.forEach(extensions::add);
    answer(rc, 200, page);
  }

  private void ready(RoutingContext rc) {
    boolean ready = server.ready();
    answer(rc, ready ? 200 : 503, object().put("ready", ready));
  }

  private void modelReady(RoutingContext rc) {
    String model = rc.pathParam("model");
    Selector selector = leases.selector(model, rc.pathParam("version"));
    if (table.peek(model, selector) == null) {
      throw new Unserved.NotFound(selector + " of " + Inputs.shortened(model) + " is not loaded");
    }
    answer(rc, 200, object().put("name", model).put("ready", true));
  }

  /// Answers with data about the version that the path names.
  private void page(RoutingContext rc, Function<ModelView, ObjectNode> page) {
    page(rc, rc.pathParam("model"), rc.pathParam("version"), page);
  }

  private void page(
      RoutingContext rc,
      String model,
      @Nullable String version,
      Function<ModelView, ObjectNode> page) {
    leases.lease(
        Vertx.currentContext(),
        model,
        leases.selector(model, version),
        deadline(rc.request()),
        lease -> {
          try (lease) {
            answer(rc, 200, page.apply(ModelView.of(lease.servable())));
          }
        },
        why -> Errors.send(rc.request(), why));
  }

  private long deadline(HttpServerRequest request) {
    return System.nanoTime()
        + requestDeadline.of(request.getHeader(RequestDeadline.HEADER)).toNanos();
  }

  private static ObjectNode stats(List<Known> versions) {
    ObjectNode page = object();
    ArrayNode stats = page.putArray("model_stats");
    for (Known known : versions) {
      stats.add(
          ModelMetadata.statistics(
              known.id().model(), Integer.toString(known.id().number()), known.snapshot()));
    }
    return page;
  }

  /// Answers with the statistics of all models. Where one of them is called `stats`, the answer
  /// has the members of its metadata too, so that neither client misses anything.
  private void allStats(RoutingContext rc) {
    if (table.peek(STATS, Selector.PRODUCTION) == null) {
      answer(rc, 200, everyStats());
    } else {
      page(
          rc,
          STATS,
          null,
          view -> ModelMetadata.metadata(view, repository.versions(STATS)).setAll(everyStats()));
    }
  }

  private ObjectNode everyStats() {
    List<Known> known =
        repository.index(true).stream()
            .map(e -> new VersionId(e.model(), Integer.parseInt(e.version())))
            .map(id -> new Known(id, statistics.of(id)))
            .toList();
    return stats(known);
  }

  private void index(RoutingContext rc) {
    body(
        rc,
        body -> {
          boolean ready = onlyReady(body);
          ArrayNode index = JsonNodeFactory.instance.arrayNode();
          for (Repository.Entry entry : repository.index(ready)) {
            index
                .addObject()
                .put("name", entry.model())
                .put("version", entry.version())
                .put("state", entry.state())
                .put("reason", entry.reason());
          }
          rc.response().putHeader("Content-Type", "application/json").end(index.toString());
        });
  }

  private static boolean onlyReady(@Nullable JsonNode body) {
    JsonNode ready = body == null ? null : body.get("ready");
    if (ready != null && !ready.isNull() && !ready.isBoolean()) {
      throw new RefusedInput.Malformed("ready is true or false");
    }
    return ready != null && ready.asBoolean();
  }

  private void load(RoutingContext rc) {
    long deadline = deadline(rc.request());
    body(
        rc,
        body -> {
          JsonNode parameters = body == null ? null : body.get("parameters");
          if (parameters != null && !parameters.isEmpty()) {
            throw Repository.noParameters();
          }
          repository.load(
              Vertx.currentContext(),
              rc.pathParam("model"),
              deadline,
              () -> answer(rc, 200, object()),
              why -> Errors.send(rc.request(), why));
        });
  }

  private void unload(RoutingContext rc) {
    long deadline = deadline(rc.request());
    body(
        rc,
        _ ->
            repository.unload(
                Vertx.currentContext(),
                rc.pathParam("model"),
                deadline,
                () -> answer(rc, 200, object()),
                why -> Errors.send(rc.request(), why)));
  }

  /// Reads a small JSON object and continues with it; with null where the body is empty.
  private void body(RoutingContext rc, Consumer<@Nullable JsonNode> next) {
    HttpServerRequest request = rc.request();
    BodyReader.requirePlain(request);
    new BodyReader(
            request,
            SMALL_BODY,
            budget,
            (body, taken) -> {
              budget.back(taken);
              guarded(rc, _ -> next.accept(json(body)));
            },
            why -> Errors.sendUnread(request, why))
        .read();
  }

  private static @Nullable JsonNode json(byte[] body) {
    if (body.length == 0) {
      return null;
    }
    try {
      JsonNode json = StrictJson.read(body);
      if (!json.isObject()) {
        throw new RefusedInput.Malformed("expected a JSON object");
      }
      return json;
    } catch (IOException e) {
      throw new RefusedInput.Malformed("the body is not JSON: " + StrictJson.explain(e));
    }
  }
}
