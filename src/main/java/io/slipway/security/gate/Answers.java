package io.slipway.security.gate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.door.EarlyAnswer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/// The gate's refusals, in the format of the API that was called: a gRPC status, `{"error": …}` of
/// compatible APIs, MLflow's `{"error_code": …}`, otherwise a problem document (RFC 9457). The
/// request's body is not read.
final class Answers {
  private static final long SECOND = 1_000_000_000L;

  private Answers() {}

  /// The kinds of refusal.
  ///
  /// @param grpc the number of the gRPC status
  enum Kind {
    MALFORMED(400, 3, "malformed-request", "Malformed request"),
    UNAUTHENTICATED(401, 16, "unauthenticated", "Unauthenticated"),
    FORBIDDEN(403, 7, "forbidden", "Forbidden"),
    NOT_FOUND(404, 12, "not-found", "Not found"),
    METHOD_NOT_ALLOWED(405, 12, "method-not-allowed", "Method not allowed"),
    NOT_IMPLEMENTED(501, 12, "not-implemented", "Not implemented"),
    OVERLOADED(429, 8, "overloaded", "Overloaded"),
    UNAVAILABLE(503, 14, "unavailable", "Unavailable");

    /// The code by which MLflow's clients know it.
    String mlflow() {
      return switch (this) {
        case MALFORMED -> "INVALID_PARAMETER_VALUE";
        case UNAUTHENTICATED -> "UNAUTHENTICATED";
        case FORBIDDEN -> "PERMISSION_DENIED";
        case NOT_FOUND, METHOD_NOT_ALLOWED -> "ENDPOINT_NOT_FOUND";
        case NOT_IMPLEMENTED -> "NOT_IMPLEMENTED";
        case OVERLOADED -> "REQUEST_LIMIT_EXCEEDED";
        case UNAVAILABLE -> "TEMPORARILY_UNAVAILABLE";
      };
    }

    final int status;
    final int grpc;
    final String code;
    final String title;

    Kind(int status, int grpc, String code, String title) {
      this.status = status;
      this.grpc = grpc;
      this.code = code;
      this.title = title;
    }
  }

  /// Refuses for exceeding a limit, with the time to wait.
  static void later(HttpServerRequest request, String detail, long nanos) {
    long seconds = Math.max(1, (nanos + SECOND - 1) / SECOND);
    request.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
    refuse(request, Kind.OVERLOADED, detail);
  }

  /// Says which methods there are.
  static void options(HttpServerRequest request, String allowed) {
    HttpServerResponse response = request.response().putHeader(HttpHeaders.ALLOW, allowed);
    Runnable answer = () -> response.setStatusCode(204).end();
    if (hasBody(request)) {
      EarlyAnswer.send(request, answer);
    } else {
      answer.run();
    }
  }

  static void refuse(HttpServerRequest request, Kind kind, String detail) {
    if (kind == Kind.UNAUTHENTICATED) {
      request.response().putHeader("WWW-Authenticate", "Bearer realm=\"slipway\"");
    }
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    Runnable answer =
        type != null && type.startsWith("application/grpc")
            ? () -> grpc(request.response(), kind, detail)
            : () -> http(request, kind, detail);
    if (hasBody(request)) {
      EarlyAnswer.send(request, answer);
    } else {
      answer.run();
    }
  }

  /// Unknown for HTTP/2, where it does not matter: an unread stream blocks no other request.
  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.version() == HttpVersion.HTTP_2
        || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
        || length != null && !length.equals("0");
  }

  private static void grpc(HttpServerResponse response, Kind kind, String detail) {
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/grpc")
        .putHeader("grpc-status", Integer.toString(kind.grpc))
        .putHeader("grpc-message", detail.replace("%", "%25"))
        .end();
  }

  private static void http(HttpServerRequest request, Kind kind, String detail) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    String media = "application/json";
    if (ofMlflow(request.path())) {
      body.put("error_code", kind.mlflow()).put("message", detail);
    } else if (ofPeers(request.path())) {
      body.put("error", detail);
    } else {
      media = "application/problem+json";
      body.put("type", "urn:slipway:problem:" + kind.code)
          .put("title", kind.title)
          .put("status", kind.status)
          .put("detail", detail)
          .put("instance", request.path());
    }
    request
        .response()
        .setStatusCode(kind.status)
        .putHeader(HttpHeaders.CONTENT_TYPE, media)
        .end(Buffer.buffer(body.toString()));
  }

  private static boolean ofMlflow(@Nullable String path) {
    return path != null
        && (path.startsWith("/api/2.0/mlflow")
            || path.startsWith("/api/3.0/mlflow")
            || path.startsWith("/ajax-api/"));
  }

  private static boolean ofPeers(String path) {
    return path.startsWith("/v2")
        || path.startsWith("/v1")
        || path.equals("/invocations")
        || path.equals("/ping");
  }
}
