package io.slipway.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.micrometer.runtime.binder.vertx.HttpRequestMetric;
import io.slipway.door.BodyBudget;
import io.slipway.door.BodyReader;
import io.slipway.door.EarlyAnswer;
import io.slipway.registry.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/// The routes of MLflow's tracking API, below `/api` for its clients and below `/ajax-api` for its
/// pages. A call runs on a virtual thread of its own, once its body is read.
@Singleton
final class MlflowRoutes {
  /// The version of MLflow whose API this is.
  static final String VERSION = "3.18.0";

  static final List<String> ROOTS = List.of("/api", "/ajax-api");

  private static final int MOST_BODY = 16 << 20;
  private static final String WORKSPACE = "X-MLFLOW-WORKSPACE";

  private final Calls calls;
  private final BodyBudget budget;

  @Inject
  MlflowRoutes(Calls calls, BodyBudget budget) {
    this.calls = calls;
    this.budget = budget;
  }

  void register(@Observes Router router) {
    router.get("/health").method(HttpMethod.HEAD).handler(rc -> text(rc, "OK"));
    router.get("/version").method(HttpMethod.HEAD).handler(rc -> text(rc, VERSION));
    for (String root : ROOTS) {
      String api = root + "/2.0/mlflow/";
      Route route = router.route(api + "*");
      for (String method : List.of("GET", "HEAD", "POST", "PATCH", "DELETE")) {
        route.method(HttpMethod.valueOf(method));
      }
      route.handler(rc -> take(rc, api));
      router
          .get(root + "/3.0/mlflow/server-info")
          .method(HttpMethod.HEAD)
          .handler(MlflowRoutes::info);
    }
  }

  private static void text(RoutingContext rc, String text) {
    rc.response().putHeader(HttpHeaders.CONTENT_TYPE, "text/plain").end(text);
  }

  private static void info(RoutingContext rc) {
    answer(
        rc,
        TrackingJson.object()
            .put("store_type", "SqlStore")
            .put("workspaces_enabled", false)
            .put("trace_archival_enabled", false)
            .put("multipart_uploads_enabled", false)
            .put("multipart_downloads_enabled", false)
            .put("artifact_serving_enabled", true)
            .put("presigned_upload_run_id_supported", false)
            .put("presigned_upload_model_id_supported", false)
            .put("model_artifact_presigned_downloads_supported", false)
            .put("artifacts_presigned_only", false));
  }

  private void take(RoutingContext rc, String api) {
    HttpServerRequest request = rc.request();
    shape(rc, api + "{call}");
    try {
      requireNoWorkspace(request);
      BodyReader.requirePlain(request);
      String method = request.method().name();
      Calls.Found found = calls.find(method, below(api, request));
      shape(rc, api + found.shape());
      if (method.equals("GET") || method.equals("HEAD")) {
        Arguments arguments = Arguments.query(rc.queryParams());
        onThread(rc, () -> found.call().answer(arguments));
        return;
      }
      new BodyReader(
              request,
              MOST_BODY,
              budget,
              (body, taken) ->
                  onThread(
                      rc,
                      () -> {
                        try {
                          return found.call().answer(Arguments.body(body));
                        } finally {
                          budget.back(taken);
                        }
                      }),
              why -> refuse(rc, why))
          .read();
    } catch (RuntimeException e) {
      refuse(rc, e);
    }
  }

  private static String below(String api, HttpServerRequest request) {
    String path = request.path();
    if (path == null || !path.startsWith(api)) {
      throw new Refusal.InvalidValue("path", "expected a path in its normal form");
    }
    return path.substring(api.length());
  }

  /// @throws Refusal.InvalidValue where a workspace is named that is not the only one
  static void requireNoWorkspace(HttpServerRequest request) {
    String workspace = request.getHeader(WORKSPACE);
    if (workspace != null && !workspace.equals("default")) {
      throw new Refusal.InvalidValue(WORKSPACE, "there are no workspaces here");
    }
  }

  /// Names the path in the HTTP metrics, whose number of labels is limited.
  static void shape(RoutingContext rc, String shape) {
    HttpRequestMetric metric = HttpRequestMetric.getRequestMetric(rc);
    if (metric != null) {
      metric.setTemplatePath(shape);
    }
  }

  private interface Work {
    ObjectNode answer();
  }

  private static void onThread(RoutingContext rc, Work work) {
    Context context = Vertx.currentContext();
    Thread.ofVirtual()
        .name("slipway-mlflow")
        .start(
            () -> {
              try {
                ObjectNode answer = work.answer();
                Buffer body = Buffer.buffer(answer.toString());
                context.runOnContext(_ -> answer(rc, body));
              } catch (RuntimeException e) {
                context.runOnContext(_ -> refuse(rc, e));
              }
            });
  }

  private static void answer(RoutingContext rc, ObjectNode answer) {
    answer(rc, Buffer.buffer(answer.toString()));
  }

  private static void answer(RoutingContext rc, Buffer body) {
    if (!rc.response().ended() && !rc.response().closed()) {
      rc.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(body);
    }
  }

  /// Refuses a request, of whose body some may be unread; on its event loop.
  static void refuse(RoutingContext rc, RuntimeException why) {
    HttpServerRequest request = rc.request();
    MlflowError error = MlflowError.of(why);
    if (hasBody(request)) {
      EarlyAnswer.send(request, () -> error.send(request));
    } else {
      error.send(request);
    }
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
        || length != null && !length.equals("0");
  }
}
