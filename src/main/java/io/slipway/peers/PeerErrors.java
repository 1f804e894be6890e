package io.slipway.peers;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/// Refusals as these protocols have them: `{"error": "…"}`, with every violation in the text. The
/// switches have no `default`: a refusal without an answer does not compile.
final class PeerErrors {
  private static final Logger LOG = Logger.getLogger(PeerErrors.class);

  /// How many violations the text names.
  private static final int NAMED = 5;

  private PeerErrors() {}

  /// Sends `why`; on the request's event loop.
  static void send(HttpServerRequest request, RuntimeException why) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("error", text(why));
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    int status = status(why);
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    if (status == 429 || status == 503) {
      response.putHeader(HttpHeaders.RETRY_AFTER, "1");
    }
    response.end(Buffer.buffer(body.toString()));
  }

  /// As [#send], while the body is still on its way: it is not read to its end.
  static void sendUnread(HttpServerRequest request, RuntimeException why) {
    EarlyAnswer.send(request, () -> send(request, why));
  }

  private static int status(RuntimeException why) {
    return switch (why) {
      case RefusedInput refused -> status(refused);
      case Unserved unserved -> status(unserved);
      case Denied _ -> 403;
      default -> 500;
    };
  }

  private static int status(RefusedInput refused) {
    return switch (refused) {
      case RefusedInput.Malformed _, RefusedInput.Invalid _ -> 400;
      case RefusedInput.TooLarge _ -> 413;
      case RefusedInput.UnsupportedMedia _ -> 415;
    };
  }

  private static int status(Unserved unserved) {
    return switch (unserved) {
      case Unserved.NotFound _ -> 404;
      case Unserved.Overloaded _ -> 429;
      case Unserved.ModelFailed _ -> 500;
      case Unserved.NotReady _ -> 503;
      case Unserved.DeadlineExceeded _ -> 504;
    };
  }

  private static String text(RuntimeException why) {
    return switch (why) {
      case RefusedInput.Invalid invalid -> text(invalid);
      case RefusedInput refused -> String.valueOf(refused.getMessage());
      case Unserved unserved -> String.valueOf(unserved.getMessage());
      case Denied denied -> String.valueOf(denied.getMessage());
      default -> {
        LOG.error("a request failed", why);
        yield "an internal error; the log tells more";
      }
    };
  }

  private static String text(RefusedInput.Invalid invalid) {
    StringBuilder text = new StringBuilder();
    int shown = Math.min(NAMED, invalid.violations().size());
    for (Violation violation : invalid.violations().subList(0, shown)) {
      text.append(text.isEmpty() ? "" : "; ")
          .append(violation.pointer().isEmpty() ? "" : violation.pointer() + ": ")
          .append(violation.message());
    }
    int more = invalid.violations().size() - shown;
    return more == 0 ? text.toString() : text + "; and " + more + " more";
  }
}
