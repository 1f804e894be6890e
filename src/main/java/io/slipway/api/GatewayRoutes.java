package io.slipway.api;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Selector;
import io.slipway.serving.Unserved;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/// The paths of the gateway. Plain routes rather than JAX-RS, as bodies are streamed and the
/// predict path has nothing to spare.
@Singleton
final class GatewayRoutes {
  private static final Logger LOG = Logger.getLogger(GatewayRoutes.class);

  private static final String MODEL = "/models/:model";
  private static final int MOST_DIGITS = 9;

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
    router.get("/models").handler(rc -> guarded(rc, models::list));
  }

  /// One way to name a version: predicting by it, how it comes to a decision, and what there is to
  /// know of it.
  private void way(Router router, String path, Function<RoutingContext, Selector> selector) {
    String predict = path + "/predict";
    router
        .post(predict)
        .handler(
            rc ->
                guarded(
                    rc, c -> door.predict(c.request(), c.pathParam("model"), selector.apply(c))));
    router.route(predict).handler(rc -> notAllowed(rc, HttpMethod.POST));
    String explain = path + "/explain";
    router
        .post(explain)
        .handler(
            rc ->
                guarded(
                    rc, c -> door.explain(c.request(), c.pathParam("model"), selector.apply(c))));
    router.route(explain).handler(rc -> notAllowed(rc, HttpMethod.POST));
    router
        .get(path)
        .handler(
            rc -> guarded(rc, c -> models.describe(c, c.pathParam("model"), selector.apply(c))));
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

  private static void notAllowed(RoutingContext rc, HttpMethod method) {
    rc.response().putHeader(HttpHeaders.ALLOW, method.name());
    Replies.problemUnread(
        rc.request(),
        Problem.of(
            ProblemCode.METHOD_NOT_ALLOWED,
            rc.request().method() + " is not allowed here, " + method + " is"));
  }

  private static void guarded(RoutingContext rc, Consumer<RoutingContext> work) {
    try {
      work.accept(rc);
    } catch (RefusedInput | Unserved e) {
      Replies.problemUnread(rc.request(), Refusals.problem(e));
    } catch (RuntimeException e) {
      LOG.errorf(e, "%s failed", rc.request().path());
      Replies.problemUnread(rc.request(), Refusals.problem(e));
    }
  }
}
