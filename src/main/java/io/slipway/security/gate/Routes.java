package io.slipway.security.gate;

import static io.slipway.security.Permission.ADMINISTER;
import static io.slipway.security.Permission.AUDIT;
import static io.slipway.security.Permission.PREDICT;
import static io.slipway.security.Permission.PROMOTE;
import static io.slipway.security.Permission.PUBLISH;
import static io.slipway.security.Permission.READ;
import static io.slipway.security.Permission.SERVED;
import static io.slipway.security.gate.Reach.ALL_MODELS;
import static io.slipway.security.gate.Reach.DOOR;
import static io.slipway.security.gate.Reach.KNOWN;
import static io.slipway.security.gate.Reach.MODEL;
import static io.slipway.security.gate.Reach.OPEN;
import static io.slipway.security.gate.Reach.OPEN_BUT_PAGES;
import static io.slipway.security.gate.Reach.SOME_MODELS;

import java.util.List;

/// The table of all routes with their requirements. Routes that are missing here are refused, so a
/// new route is closed by default.
final class Routes {
  private static final String MODELS = "/api/v1/models";
  private static final String ONE = MODELS + "/{model}";
  private static final String VERSION = ONE + "/versions/{version}";
  private static final String GRPC = "/inference.GRPCInferenceService/";

  private Routes() {}

  /// @param openMetrics whether anyone may read the metrics
  static RouteTable table(boolean openMetrics) {
    RouteTable table = new RouteTable();
    operations(table, openMetrics);
    registry(table);
    gateway(table);
    console(table);
    openInference(table);
    grpc(table);
    peers(table);
    mlflow(table);
    return table;
  }

  private static void operations(RouteTable table, boolean openMetrics) {
    table
        .add("GET", "/q/health", OPEN, SERVED)
        .add("GET", "/q/health/**", OPEN, SERVED)
        .add("GET", "/metrics", openMetrics ? OPEN : ALL_MODELS, READ)
        .add("GET", "/q/openapi", KNOWN, SERVED)
        .add("GET", "/q/swagger-ui", KNOWN, SERVED)
        .add("GET", "/q/swagger-ui/**", KNOWN, SERVED)
        .add("GET", "/docs", OPEN, SERVED)
        .add("GET", "/docs/**", OPEN, SERVED)
        .add("GET", "/sign-in", OPEN, SERVED)
        .add("GET", "/sign-in.css", OPEN, SERVED)
        .add("GET", "/sign-in/oidc", OPEN, SERVED)
        .add("POST", "/session", OPEN, SERVED)
        .add("DELETE", "/session", OPEN, SERVED)
        .add("GET", "/session", KNOWN, SERVED);
  }

  private static void registry(RouteTable table) {
    table
        .add("GET", MODELS, SOME_MODELS, READ)
        .add("GET", ONE, MODEL, READ)
        // Policies and promoted versions require more, which the resource checks.
        .add("PATCH", ONE, MODEL, PUBLISH)
        .add("DELETE", ONE, MODEL, PUBLISH)
        .add("GET", ONE + "/history", MODEL, READ)
        .add("GET", ONE + "/compare", MODEL, READ)
        .add("GET", ONE + "/versions", MODEL, READ)
        .add("POST", ONE + "/versions", MODEL, PUBLISH)
        .add("GET", ONE + "/uploads", MODEL, PUBLISH)
        .add("POST", ONE + "/uploads", MODEL, PUBLISH)
        .add("GET", ONE + "/uploads/{id}", MODEL, PUBLISH)
        .add("PATCH", ONE + "/uploads/{id}", MODEL, PUBLISH)
        .add("DELETE", ONE + "/uploads/{id}", MODEL, PUBLISH)
        .add("GET", VERSION, MODEL, READ)
        .add("PATCH", VERSION, MODEL, PUBLISH)
        .add("DELETE", VERSION, MODEL, PUBLISH)
        .add("GET", VERSION + "/bundle", MODEL, READ)
        .add("GET", VERSION + "/files/**", MODEL, READ)
        .add("GET", VERSION + "/lineage", MODEL, READ)
        .add("GET", VERSION + "/graph", MODEL, READ)
        .add("GET", VERSION + "/baseline", MODEL, READ)
        .add("GET", ONE + "/monitoring/drift", MODEL, READ)
        .add("GET", ONE + "/stages/{stage}", MODEL, READ)
        .add("PUT", ONE + "/stages/{stage}", MODEL, PROMOTE)
        .add("POST", ONE + "/stages/{stage}/rollback", MODEL, PROMOTE)
        .add("PUT", ONE + "/aliases/{alias}", MODEL, PROMOTE)
        .add("DELETE", ONE + "/aliases/{alias}", MODEL, PROMOTE)
        .add("GET", "/api/v1/events", SOME_MODELS, READ)
        .add("GET", "/api/v1/audit", ALL_MODELS, AUDIT)
        .add("GET", "/api/v1/audit/export", ALL_MODELS, AUDIT)
        .add("GET", "/api/v1/audit/verification", ALL_MODELS, AUDIT)
        .add("POST", "/api/v1/audit/acknowledgements", ALL_MODELS, ADMINISTER)
        .add("GET", "/api/v1/store/garbage", ALL_MODELS, ADMINISTER)
        .add("DELETE", "/api/v1/store/garbage", ALL_MODELS, ADMINISTER)
        .add("GET", "/api/v1/keys", ALL_MODELS, ADMINISTER)
        .add("POST", "/api/v1/keys", ALL_MODELS, ADMINISTER)
        .add("GET", "/api/v1/keys/{id}", ALL_MODELS, ADMINISTER)
        .add("DELETE", "/api/v1/keys/{id}", ALL_MODELS, ADMINISTER)
        .add("GET", "/api/v1/prediction-ids/{id}", ALL_MODELS, ADMINISTER)
        .add("GET", "/api/v1/prediction-id-keys", ALL_MODELS, ADMINISTER)
        .add("POST", "/api/v1/prediction-id-keys", ALL_MODELS, ADMINISTER)
        .add("GET", "/api/v1/replicas", ALL_MODELS, READ);
  }

  private static void gateway(RouteTable table) {
    table.add("GET", "/models", ALL_MODELS, SERVED);
    for (String named : List.of("", "/versions/{version}", "/stages/{stage}", "/aliases/{alias}")) {
      table
          .add("GET", "/models/{model}" + named, MODEL, SERVED)
          .add("POST", "/models/{model}" + named + "/predict", MODEL, PREDICT)
          .add("POST", "/models/{model}" + named + "/explain", MODEL, PREDICT);
    }
  }

  private static void console(RouteTable table) {
    table
        .add("GET", "/console", SOME_MODELS, READ)
        .add("GET", "/console/**", ALL_MODELS, READ)
        .add("GET", "/console/assets/**", KNOWN, SERVED)
        .add("GET", "/console/publish", SOME_MODELS, PUBLISH)
        .add("GET", "/console/audit", ALL_MODELS, AUDIT)
        .add("GET", "/console/access", ALL_MODELS, ADMINISTER)
        .add("GET", "/console/access/**", ALL_MODELS, ADMINISTER)
        .add("GET", "/console/models/{model}", MODEL, READ)
        .add("GET", "/console/models/{model}/**", MODEL, READ);
  }

  private static void openInference(RouteTable table) {
    table
        .add("GET", "/v2", KNOWN, SERVED)
        .add("GET", "/v2/health/live", OPEN, SERVED)
        .add("GET", "/v2/health/ready", OPEN, SERVED)
        .add("GET", "/v2/models/stats", ALL_MODELS, SERVED)
        .add("POST", "/v2/repository/index", ALL_MODELS, SERVED)
        .add("POST", "/v2/repository/models/{model}/load", MODEL, PROMOTE)
        .add("POST", "/v2/repository/models/{model}/unload", MODEL, PROMOTE);
    for (String named : List.of("", "/versions/{version}")) {
      String model = "/v2/models/{model}" + named;
      table
          .add("GET", model, MODEL, SERVED)
          .add("GET", model + "/ready", MODEL, SERVED)
          .add("GET", model + "/config", MODEL, SERVED)
          .add("GET", model + "/stats", MODEL, SERVED)
          .add("POST", model + "/infer", MODEL, PREDICT);
    }
  }

  private static void grpc(RouteTable table) {
    table
        .add("POST", "/grpc.health.v1.Health/{method}", OPEN, SERVED)
        .add("POST", "/grpc.reflection.v1.ServerReflection/{method}", KNOWN, SERVED)
        .add("POST", "/grpc.reflection.v1alpha.ServerReflection/{method}", KNOWN, SERVED)
        .add("POST", GRPC + "ServerLive", OPEN, SERVED)
        .add("POST", GRPC + "ServerReady", OPEN, SERVED)
        .add("POST", GRPC + "ServerMetadata", KNOWN, SERVED)
        .add("POST", GRPC + "ModelReady", DOOR, SERVED)
        .add("POST", GRPC + "ModelMetadata", DOOR, SERVED)
        .add("POST", GRPC + "ModelConfig", DOOR, SERVED)
        .add("POST", GRPC + "ModelStatistics", DOOR, SERVED)
        .add("POST", GRPC + "ModelInfer", DOOR, PREDICT)
        .add("POST", GRPC + "ModelStreamInfer", DOOR, PREDICT)
        .add("POST", GRPC + "RepositoryIndex", ALL_MODELS, SERVED)
        .add("POST", GRPC + "RepositoryModelLoad", DOOR, PROMOTE)
        .add("POST", GRPC + "RepositoryModelUnload", DOOR, PROMOTE);
  }

  private static void peers(RouteTable table) {
    table
        // KServe V1's liveness check, and the start page of browsers.
        .add("GET", "/", OPEN_BUT_PAGES, SERVED)
        .add("GET", "/ping", OPEN, SERVED)
        .add("POST", "/invocations", DOOR, PREDICT)
        .add("GET", "/v1/models", ALL_MODELS, SERVED);
    for (String named : List.of("", "/versions/{version}", "/labels/{label}")) {
      String model = "/v1/models/{model}" + named;
      table
          .add("GET", model, MODEL, SERVED)
          .add("GET", model + "/metadata", MODEL, SERVED)
          .add("POST", model + ":predict", MODEL, PREDICT)
          .add("POST", model + ":classify", MODEL, PREDICT)
          .add("POST", model + ":regress", MODEL, PREDICT);
    }
  }

  /// Runs and experiments belong to no model, so they take the permission for all.
  private static void mlflow(RouteTable table) {
    table.add("GET", "/health", OPEN, SERVED).add("GET", "/version", OPEN, SERVED);
    for (String root : List.of("/api", "/ajax-api")) {
      String calls = root + "/2.0/mlflow";
      String artifacts = root + "/2.0/mlflow-artifacts";
      table
          .add("GET", root + "/3.0/mlflow/server-info", KNOWN, SERVED)
          .add("GET", calls + "/**", ALL_MODELS, READ)
          .add("POST", calls + "/**", ALL_MODELS, PUBLISH)
          .add("PATCH", calls + "/**", ALL_MODELS, PUBLISH)
          .add("DELETE", calls + "/**", ALL_MODELS, PUBLISH)
          .add("GET", calls + "/experiments/search", ALL_MODELS, READ)
          .add("POST", calls + "/experiments/search", ALL_MODELS, READ)
          .add("POST", calls + "/runs/search", ALL_MODELS, READ)
          .add("POST", calls + "/logged-models/search", ALL_MODELS, READ)
          .add("GET", artifacts + "/artifacts", ALL_MODELS, READ)
          .add("GET", artifacts + "/artifacts/**", ALL_MODELS, READ)
          .add("PUT", artifacts + "/artifacts/**", ALL_MODELS, PUBLISH)
          .add("DELETE", artifacts + "/artifacts/**", ALL_MODELS, PUBLISH)
          .add("POST", artifacts + "/mpu/**", ALL_MODELS, PUBLISH)
          .add("GET", artifacts + "/presigned/**", ALL_MODELS, READ);
    }
  }
}
