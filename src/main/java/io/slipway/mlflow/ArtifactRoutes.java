package io.slipway.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.vertx.http.runtime.VertxInputStream;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.slipway.door.BodyReader;
import io.slipway.registry.Refusal;
import io.slipway.registry.tracking.Artifacts;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// The proxy of artifacts: files are streamed to and from the store. Every call runs on a virtual
/// thread of its own.
@Singleton
final class ArtifactRoutes {
  private static final String ARTIFACTS = "/2.0/mlflow-artifacts/artifacts";

  /// Before the router normalizes paths, after the gate.
  private static final int PRIORITY = 8_000;

  /// How long an upload may pause.
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final Artifacts artifacts;

  @Inject
  ArtifactRoutes(Artifacts artifacts) {
    this.artifacts = artifacts;
  }

  void register(@Observes Filters filters) {
    filters.register(ArtifactRoutes::requireNormalPath, PRIORITY);
  }

  /// Refuses paths that are not in their normal form, which would lead to another route.
  private static void requireNormalPath(RoutingContext rc) {
    String path = rc.request().path();
    if (path != null
        && MlflowRoutes.ROOTS.stream().anyMatch(root -> path.startsWith(root + ARTIFACTS))
        && (!path.equals(rc.normalizedPath()) || path.contains("//"))) {
      MlflowRoutes.refuse(
          rc, new Refusal.InvalidValue("path", "expected a path in its normal form"));
      return;
    }
    rc.next();
  }

  void register(@Observes Router router) {
    for (String root : MlflowRoutes.ROOTS) {
      String files = root + ARTIFACTS;
      String one = files + "/";
      router.get(files).method(HttpMethod.HEAD).handler(rc -> run(rc, files, () -> list(rc)));
      router
          .get(one + "*")
          .method(HttpMethod.HEAD)
          .handler(rc -> run(rc, one + "{path}", () -> get(rc, path(rc, one))));
      router.put(one + "*").handler(rc -> put(rc, one));
      router
          .delete(one + "*")
          .handler(rc -> run(rc, one + "{path}", () -> delete(rc, path(rc, one))));
      for (String other : List.of("mpu", "presigned")) {
        String parts = root + "/2.0/mlflow-artifacts/" + other + "/";
        router
            .route(parts + "*")
            .method(other.equals("mpu") ? HttpMethod.POST : HttpMethod.GET)
            .method(other.equals("mpu") ? HttpMethod.POST : HttpMethod.HEAD)
            .handler(rc -> unsupported(rc, parts));
      }
    }
  }

  /// What a call does on its thread, which returns how it is answered on the event loop.
  private interface Work {
    Runnable answer() throws IOException;
  }

  private static String path(RoutingContext rc, String route) {
    return ArtifactPath.decoded(rc.request().path(), route);
  }

  private static void unsupported(RoutingContext rc, String route) {
    MlflowRoutes.shape(rc, route + "{path}");
    MlflowRoutes.refuse(
        rc,
        new MlflowError.NotImplemented(
            route.contains("mpu")
                ? "Multipart upload is not supported for the current artifact repository"
                : "Presigned URLs are not supported for the current artifact repository"));
  }

  private static void run(RoutingContext rc, String shape, Work work) {
    MlflowRoutes.shape(rc, shape);
    Context context = Vertx.currentContext();
    Thread.ofVirtual().name("slipway-artifact").start(() -> finish(rc, context, work));
  }

  private static void finish(RoutingContext rc, Context context, Work work) {
    Runnable answer;
    try {
      MlflowRoutes.requireNoWorkspace(rc.request());
      answer = work.answer();
    } catch (RuntimeException e) {
      answer = () -> MlflowRoutes.refuse(rc, e);
    } catch (IOException e) {
      // The caller is gone.
      answer = () -> rc.request().connection().close();
    }
    Runnable last = answer;
    context.runOnContext(
        _ -> {
          if (!rc.response().ended() && !rc.response().closed()) {
            last.run();
          }
        });
  }

  private Runnable list(RoutingContext rc) {
    ObjectNode answer = TrackingJson.object();
    String folder = Arguments.query(rc.queryParams()).text("path").replaceFirst("/$", "");
    TrackingJson.list(answer, "files", artifacts.list(folder), file -> TrackingJson.file("", file));
    return () -> json(rc.response(), answer);
  }

  private static void json(HttpServerResponse response, ObjectNode answer) {
    response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(answer.toString());
  }

  private Runnable get(RoutingContext rc, String path) {
    Artifacts.Stored found = artifacts.find(path);
    return () -> {
      HttpServerResponse response =
          rc.response()
              // Never a page: whoever may log a run has written it.
              .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
              .putHeader("Content-Disposition", "attachment")
              .putHeader("X-Content-Type-Options", "nosniff");
      if (rc.request().method() == HttpMethod.HEAD) {
        response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(found.size())).end();
      } else {
        response.sendFile(found.file().toString());
      }
    };
  }

  private void put(RoutingContext rc, String route) {
    HttpServerRequest request = rc.request();
    try {
      BodyReader.requirePlain(request);
      String path = path(rc, route);
      if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
        rc.response().writeContinue();
      }
      VertxInputStream body = new VertxInputStream(rc, PAUSE.toMillis());
      run(
          rc,
          route + "{path}",
          () -> {
            artifacts.put(path, body);
            return () -> json(rc.response(), TrackingJson.object());
          });
    } catch (RuntimeException e) {
      MlflowRoutes.refuse(rc, e);
    }
  }

  private Runnable delete(RoutingContext rc, String path) {
    artifacts.delete(path);
    return () -> json(rc.response(), TrackingJson.object());
  }
}
