package io.slipway.peers;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.door.EarlyAnswer;
import io.slipway.door.ErrorAnswer;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Violation;
import io.slipway.security.Denied;
import io.slipway.serving.Unserved;
import io.vertx.core.http.HttpServerRequest;
import org.jboss.logging.Logger;

/// Refusals of the compatible APIs: `{"error": "…"}`, with the violations in the text.
final class PeerErrors {
  private static final Logger LOG = Logger.getLogger(PeerErrors.class);

  private static final int FORBIDDEN = 403;

  /// The most violations named in the text.
  private static final int NAMED = 5;

  private PeerErrors() {}

  /// Sends `why`; on the request's event loop.
  static void send(HttpServerRequest request, RuntimeException why) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("error", text(why));
    if (why instanceof Denied) {
      ErrorAnswer.send(request, FORBIDDEN, body);
    } else {
      ErrorAnswer.send(request, why, body);
    }
  }

  /// As [#send], while the body is still arriving: the rest of it is not read.
  static void sendUnread(HttpServerRequest request, RuntimeException why) {
    EarlyAnswer.send(request, () -> send(request, why));
  }

  private static String text(RuntimeException why) {
    return switch (why) {
      case RefusedInput.Invalid invalid -> text(invalid);
      case RefusedInput refused -> String.valueOf(refused.getMessage());
      case Unserved unserved -> String.valueOf(unserved.getMessage());
      case Denied denied -> String.valueOf(denied.getMessage());
      default -> {
        LOG.error("a request failed", why);
        yield "internal error; see the server's log";
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
