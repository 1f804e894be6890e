package io.slipway.peers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.door.Leases;
import io.slipway.serving.Selector;
import io.slipway.serving.Unserved;
import io.slipway.serving.run.Protocol;
import io.slipway.serving.traffic.ServingTable;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The routes below `/v1`, and `/`: TensorFlow Serving's REST API and KServe V1, which share them.
@Singleton
final class TensorFlowRoutes {
  private static final String MODEL =
      "/v1/models/(?<model>[^/:]+)(?:/versions/(?<version>[^/:]+)|/labels/(?<label>[^/:]+))?";

  private final PeerDoor door;
  private final Leases leases;
  private final ServingTable table;

  @Inject
  TensorFlowRoutes(PeerDoor door, Leases leases, ServingTable table) {
    this.door = door;
    this.leases = leases;
    this.table = table;
  }

  void register(@Observes Router router) {
    // KServe V1's liveness check.
    get(router.get("/"), rc -> answer(rc, 200, object().put("status", "alive")));
    get(router.get("/v1/models"), this::models);
    get(router.getWithRegex(MODEL), this::status);
    get(router.getWithRegex(MODEL + "/metadata"), this::metadata);
    router
        .postWithRegex(MODEL + ":(?<verb>predict|classify|regress)")
        .handler(rc -> guarded(rc, this::predict));
    router
        .route("/v1/*")
        .handler(
            rc ->
                PeerErrors.sendUnread(
                    rc.request(),
                    new Unserved.NotFound(
                        rc.normalizedPath().indexOf(':') < 0
                            ? "no such path"
                            : "no such path; use :predict, :classify or :regress")));
  }

  private static void get(Route route, Consumer<RoutingContext> work) {
    route.method(HttpMethod.HEAD).handler(rc -> guarded(rc, work));
  }

  private static void guarded(RoutingContext rc, Consumer<RoutingContext> work) {
    try {
      work.accept(rc);
    } catch (RuntimeException e) {
      PeerErrors.sendUnread(rc.request(), e);
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static void answer(RoutingContext rc, int status, ObjectNode body) {
    rc.response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(body.toString());
  }

  private void models(RoutingContext rc) {
    ObjectNode page = object();
    ArrayNode names = page.putArray("models");
    table.models().forEach(names::add);
    answer(rc, 200, page);
  }

  /// The selector for a TensorFlow Serving label, which names a stage or an alias.
  private Selector selector(RoutingContext rc) {
    String label = rc.pathParam("label");
    @Nullable String named = label == null ? rc.pathParam("version") : label;
    return leases.selector(rc.pathParam("model"), named);
  }

  private void status(RoutingContext rc) {
    String model = rc.pathParam("model");
    if (rc.pathParam("version") == null && rc.pathParam("label") == null) {
      TreeSet<Integer> versions = new TreeSet<>(table.pointers(model).values());
      if (versions.isEmpty()) {
        throw new Unserved.NotFound("no version of this model is loaded");
      }
      answer(rc, 200, TensorFlowPages.status(model, versions));
      return;
    }
    var servable = table.peek(model, selector(rc));
    if (servable == null) {
      throw new Unserved.NotFound("this version is not loaded");
    }
    TreeSet<Integer> one = new TreeSet<>();
    one.add(servable.id().number());
    answer(rc, 200, TensorFlowPages.status(model, one));
  }

  private void metadata(RoutingContext rc) {
    leases.lease(
        Vertx.currentContext(),
        rc.pathParam("model"),
        selector(rc),
        door.deadline(rc.request()),
        lease -> {
          try (lease) {
            answer(rc, 200, TensorFlowPages.metadata(lease.servable()));
          }
        },
        why -> PeerErrors.send(rc.request(), why));
  }

  private void predict(RoutingContext rc) {
    String verb = rc.pathParam("verb");
    door.predict(
        rc.request(),
        Protocol.TENSORFLOW,
        rc.pathParam("model"),
        selector(rc),
        servable -> {
          Instances instances = new Instances(servable, door.maxInstances());
          return verb.equals("predict")
              ? new Predict(instances)
              : new Examples(instances, verb.equals("classify"));
        });
  }
}
