package io.slipway.openinference;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.slipway.bundle.InputSchema;
import io.slipway.door.EarlyAnswer;
import io.slipway.door.ErrorAnswer;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Violation;
import io.slipway.security.Denied;
import io.slipway.serving.Unserved;
import io.slipway.serving.run.Servable;
import io.vertx.core.http.HttpServerRequest;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Refusals over REST: `{"error": "…"}`, with `errors` that point to each invalid value, and
/// `trace_id` where tracing is on.
final class Errors {
  private static final Logger LOG = Logger.getLogger(Errors.class);
  private static final int FORBIDDEN = 403;
  private static final int CONFLICT = 409;

  /// How Triton begins such a message: clients look for these words.
  private static final String UNKNOWN = "Request for unknown model: ";

  private Errors() {}

  /// The refusal as one sentence.
  static String text(RuntimeException why) {
    return switch (why) {
      case RefusedInput.Invalid invalid -> {
        Violation first = invalid.violations().getFirst();
        int more = invalid.violations().size() - 1;
        String place = first.pointer().startsWith("/instances/") ? first.pointer() + ": " : "";
        yield place + first.message() + (more == 0 ? "" : "; and " + more + " more");
      }
      case RefusedInput refused -> String.valueOf(refused.getMessage());
      case Unserved.NotFound unknown -> UNKNOWN + unknown.getMessage();
      case Unserved unserved -> String.valueOf(unserved.getMessage());
      case Denied denied -> String.valueOf(denied.getMessage());
      case NotAllowed refused -> String.valueOf(refused.getMessage());
      default -> {
        LOG.error("a request failed", why);
        yield "internal error; see the server's log";
      }
    };
  }

  /// The error for a caller whom `servable` refused with `why`. A served model is known to run on
  /// tensors as it declares them. So where it fails on a caller's tensors, these are to blame.
  ///
  /// @param unequal the dimensions of one name with different sizes; null where there were none
  static RuntimeException blamed(
      @Nullable Servable servable, RuntimeException why, RefusedInput.@Nullable Invalid unequal) {
    if (servable == null
        || !(why instanceof Unserved.ModelFailed failed)
        || !(servable.bundle().manifest().input() instanceof InputSchema.Tensors)) {
      return why;
    }
    if (failed.overLimit()) {
      return new RefusedInput.Invalid("/inputs", "over_limit", text(failed));
    }
    return unequal == null
        ? new RefusedInput.Invalid(
            "/inputs", "model_fails", servable.id() + " cannot run on these tensors")
        : unequal;
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
    switch (why) {
      case NotAllowed _ -> ErrorAnswer.send(request, CONFLICT, body);
      case Denied _ -> ErrorAnswer.send(request, FORBIDDEN, body);
      default -> ErrorAnswer.send(request, why, body);
    }
  }

  /// As [#send], while the body is still arriving: the rest of it is not read.
  static void sendUnread(HttpServerRequest request, RuntimeException why) {
    EarlyAnswer.send(request, () -> send(request, why));
  }
}
