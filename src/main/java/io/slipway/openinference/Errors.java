package io.slipway.openinference;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.slipway.door.EarlyAnswer;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Violation;
import io.slipway.security.Denied;
import io.slipway.serving.Unserved;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jboss.logging.Logger;

/// Refusals as this protocol has them over REST: `{"error": "…"}`, and `errors` with a pointer for
/// each value that is wrong; `trace_id` where tracing is on. The switches have no `default`: a
/// refusal without an answer does not compile.
final class Errors {
  private static final Logger LOG = Logger.getLogger(Errors.class);
  private static final String RETRY_AFTER = "1";

  private Errors() {}

  static int status(RefusedInput refused) {
    return switch (refused) {
      case RefusedInput.Malformed _, RefusedInput.Invalid _ -> 400;
      case RefusedInput.TooLarge _ -> 413;
      case RefusedInput.UnsupportedMedia _ -> 415;
    };
  }

  static int status(Unserved unserved) {
    return switch (unserved) {
      case Unserved.NotFound _ -> 404;
      case Unserved.Overloaded _ -> 429;
      case Unserved.ModelFailed _ -> 500;
      case Unserved.NotReady _ -> 503;
      case Unserved.DeadlineExceeded _ -> 504;
    };
  }

  /// What is wrong, in one text.
  static String text(RuntimeException why) {
    return switch (why) {
      case RefusedInput.Invalid invalid -> {
        Violation first = invalid.violations().getFirst();
        int more = invalid.violations().size() - 1;
        String place = first.pointer().startsWith("/instances/") ? first.pointer() + ": " : "";
        yield place + first.message() + (more == 0 ? "" : "; and " + more + " more");
      }
      case RefusedInput refused -> String.valueOf(refused.getMessage());
      case Unserved unserved -> String.valueOf(unserved.getMessage());
      case Denied denied -> String.valueOf(denied.getMessage());
      case NotAllowed refused -> String.valueOf(refused.getMessage());
      default -> {
        LOG.error("a request failed", why);
        yield "an internal error; the log tells more";
      }
    };
  }

  private static int status(RuntimeException why) {
    return switch (why) {
      case RefusedInput refused -> status(refused);
      case Unserved unserved -> status(unserved);
      case Denied _ -> 403;
      case NotAllowed _ -> 409;
      default -> 500;
    };
  }

  /// Sends `why`; on the request's event loop.
  static void send(HttpServerRequest request, RuntimeException why) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("error", text(why));
    SpanContext span = Span.current().getSpanContext();
    if (span.isValid()) {
      body.put("trace_id", span.getTraceId());
    }
    if (why instanceof RefusedInput.Invalid invalid) {
      ArrayNode errors = body.putArray("errors");
      for (Violation violation : invalid.violations()) {
        errors
            .addObject()
            .put("pointer", violation.pointer())
            .put("code", violation.code())
            .put("message", violation.message());
      }
    }
    send(request, status(why), body);
  }

  static void send(HttpServerRequest request, int status, ObjectNode body) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    if (status == 429 || status == 503) {
      response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
    }
    response.end(Buffer.buffer(body.toString()));
  }

  /// As [#send], while the body is still on its way: it is not read to its end.
  static void sendUnread(HttpServerRequest request, RuntimeException why) {
    EarlyAnswer.send(request, () -> send(request, why));
  }
}
