package io.slipway.api.predict;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.SecurityHandlerPriorities;
import io.slipway.api.QueryParameters;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Selector;
import io.slipway.serving.Unserved;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The routes of the gateway. They are plain Vert.x routes, not JAX-RS: bodies are streamed, and
/// the predict path must be fast.
@Singleton
final class GatewayRoutes {
  private static final Logger LOG = Logger.getLogger(GatewayRoutes.class);

  private static final String MODEL = "/models/:model";
  private static final int MOST_DIGITS = 9;

  /// After the gate, and after Quarkus's headers for other origins (CORS); before Quarkus's own
  /// authentication, because the gate has authenticated the caller already.
  private static final int PRIORITY = SecurityHandlerPriorities.AUTHENTICATION + 50;

  private static final String BEGIN = "/models/";
  private static final String END = "/predict";
  private static final String ROUTE = MODEL + END;

  private static final QueryParameters ON_ERROR = QueryParameters.of("on_error");

  private final PredictDoor door;
  private final ModelDoor models;

  @Inject
  GatewayRoutes(PredictDoor door, ModelDoor models) {
    this.door = door;
    this.models = models;
  }

  void register(@Observes Router router) {
    way(router, MODEL, _ -> Selector.PRODUCTION);
    way(router, MODEL + "/stages/:stage", rc -> new Selector.Stage(rc.pathParam("stage")));
    way(router, MODEL + "/aliases/:alias", rc -> new Selector.Alias(rc.pathParam("alias")));
    way(router, MODEL + "/versions/:version", GatewayRoutes::version);
    get(router, "/models", models::list);
  }

  /// A fast path for most calls. It runs before the routes of the other protocols, whose patterns
  /// are tried one by one, and before the preparations of their frameworks.
  void shortcut(@Observes Filters filters) {
    filters.register(this::straight, PRIORITY);
  }

  private void straight(RoutingContext rc) {
    HttpServerRequest request = rc.request();
    String model = request.method() == HttpMethod.POST ? model(request.path()) : null;
    if (model == null) {
      rc.next();
      return;
    }
    if (request instanceof HttpServerRequestInternal internal) {
      // The name of the route, for metrics and traces.
      internal.routed(ROUTE);
    }
    guarded(rc, ON_ERROR, c -> door.predict(c.request(), model, Selector.PRODUCTION));
  }

  /// The model in `/models/{model}/predict`, if its name needs no decoding; null for any other
  /// path.
  private static @Nullable String model(@Nullable String path) {
    if (path == null || !path.startsWith(BEGIN) || !path.endsWith(END)) {
      return null;
    }
    int end = path.length() - END.length();
    for (int i = BEGIN.length(); i < end; i++) {
      char c = path.charAt(i);
      boolean plain = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_';
      if (!plain) {
        return null;
      }
    }
    return end > BEGIN.length() ? path.substring(BEGIN.length(), end) : null;
  }

  /// The routes for one way to select a version: predict, explain, and the description of the
  /// model.
  private void way(Router router, String path, Function<RoutingContext, Selector> selector) {
    post(
        router,
        path + "/predict",
        rc -> door.predict(rc.request(), rc.pathParam("model"), selector.apply(rc)));
    post(
        router,
        path + "/explain",
        rc -> door.explain(rc.request(), rc.pathParam("model"), selector.apply(rc)));
    get(router, path, rc -> models.describe(rc, rc.pathParam("model"), selector.apply(rc)));
  }

  private static void post(Router router, String path, Consumer<RoutingContext> work) {
    router.post(path).handler(rc -> guarded(rc, ON_ERROR, work));
  }

  private static void get(Router router, String path, Consumer<RoutingContext> work) {
    router.get(path).method(HttpMethod.HEAD).handler(rc -> guarded(rc, QueryParameters.NONE, work));
  }

  private static Selector version(RoutingContext rc) {
    String number = rc.pathParam("version");
    if (number.isEmpty()
        || number.length() > MOST_DIGITS
        || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new Unserved.NotFound("a version is a number, not \"" + number + "\"");
    }
    return new Selector.Version(Integer.parseInt(number));
  }

  private static void guarded(
      RoutingContext rc, QueryParameters query, Consumer<RoutingContext> work) {
    try {
      query.require(rc.request());
      work.accept(rc);
    } catch (RefusedInput | Unserved e) {
      Replies.problemUnread(rc.request(), Refusals.problem(e));
    } catch (RuntimeException e) {
      LOG.errorf(e, "%s failed", rc.request().path());
      Replies.problemUnread(rc.request(), Refusals.problem(e));
    }
  }
}
