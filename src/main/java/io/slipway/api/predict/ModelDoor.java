package io.slipway.api.predict;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.api.MediaType;
import io.slipway.bundle.Manifest;
import io.slipway.door.Leases;
import io.slipway.door.PathPrefix;
import io.slipway.serving.Selector;
import io.slipway.serving.ServingConfig;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Servable;
import io.slipway.serving.traffic.ServingTable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Describes the served models: versions, inputs, outputs, and an example to try.
@Singleton
final class ModelDoor {
  private final ServingTable table;
  private final Leases leases;
  private final Duration timeout;

  @Inject
  ModelDoor(ServingTable table, Leases leases, ServingConfig config) {
    this.table = table;
    this.leases = leases;
    this.timeout = config.deadline();
  }

  /// `GET /models`: the models that can be called.
  void list(RoutingContext rc) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode models = answer.putArray("models");
    for (String model : table.models()) {
      ObjectNode shown = models.addObject().put("model", model);
      pointers(shown, table.pointers(model));
    }
    Replies.json(rc.response(), answer.toString().getBytes(StandardCharsets.UTF_8));
  }

  /// `GET /models/{model}` and the same with a stage, an alias or a version.
  void describe(RoutingContext rc, String model, Selector selector) {
    String url = url(rc, model, selector);
    Context context = Vertx.currentContext();
    leases.lease(
        context,
        model,
        selector,
        System.nanoTime() + timeout.toNanos(),
        // Off the event loop, as the example may be in a file.
        lease ->
            context
                .executeBlocking(() -> described(lease, url), false)
                .onSuccess(answer -> Replies.json(rc.response(), answer))
                .onFailure(
                    e ->
                        Replies.problem(
                            rc.request(), Refusals.problem(new IllegalStateException(e)))),
        why -> Replies.problem(rc.request(), Refusals.problem(why)));
  }

  private byte[] described(Lease lease, String url) {
    try (lease) {
      Servable servable = lease.servable();
      return describe(servable, table.pointers(servable.id().model()), url)
          .toString()
          .getBytes(StandardCharsets.UTF_8);
    }
  }

  private static ObjectNode describe(
      Servable servable, Map<Selector, Integer> pointers, String url) {
    Manifest manifest = servable.bundle().manifest();
    ObjectNode answer =
        JsonNodeFactory.instance
            .objectNode()
            .put("model", servable.id().model())
            .put("version", servable.id().number())
            .put("digest", servable.bundle().digest().toString());
    pointers(answer, pointers);
    if (manifest.model().description() != null) {
      answer.put("description", manifest.model().description());
    }
    if (manifest.model().task() != null) {
      answer.put("task", manifest.model().task());
    }
    ArrayNode media = answer.putArray("media_types").add(MediaType.JSON).add(MediaType.NDJSON);
    new TreeSet<>(servable.pipeline().reader().mediaTypes()).forEach(media::add);
    answer.set("input_schema", InputJsonSchema.of(manifest.input(), servable.signature()));
    answer.set("output_schema", OutputJsonSchema.of(manifest.output(), servable.signature()));
    ObjectNode example = ModelExample.of(servable.bundle(), url);
    if (example != null) {
      answer.set("example", example);
    }
    return answer;
  }

  /// `stages` and `aliases` with their versions, and the loaded `versions`.
  private static void pointers(ObjectNode shown, Map<Selector, Integer> pointers) {
    Map<String, Integer> stages = new TreeMap<>();
    Map<String, Integer> aliases = new TreeMap<>();
    TreeSet<Integer> versions = new TreeSet<>();
    pointers.forEach(
        (selector, number) -> {
          switch (selector) {
            case Selector.Stage(String name) -> stages.put(name, number);
            case Selector.Alias(String name) -> aliases.put(name, number);
            case Selector.Version(int loaded) -> versions.add(loaded);
          }
        });
    stages.forEach(shown.putObject("stages")::put);
    aliases.forEach(shown.putObject("aliases")::put);
    versions.forEach(shown.putArray("versions")::add);
  }

  private static String url(RoutingContext rc, String model, Selector selector) {
    String way =
        switch (selector) {
          case Selector.Stage stage ->
              stage.equals(Selector.PRODUCTION) ? "" : "/stages/" + stage.name();
          case Selector.Alias(String name) -> "/aliases/" + name;
          case Selector.Version(int number) -> "/versions/" + number;
        };
    HttpServerRequest request = rc.request();
    return request.scheme()
        + "://"
        + request.authority()
        + PathPrefix.of(rc)
        + "/models/"
        + model
        + way
        + "/predict";
  }
}
