package io.slipway.mlflow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.door.ErrorAnswer;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.registry.Refusal;
import io.slipway.serving.Unserved;
import io.vertx.core.http.HttpServerRequest;
import org.jboss.logging.Logger;

/// A refusal as MLflow writes it: `{"error_code", "message"}`.
///
/// @param code one of MLflow's, by which its clients know what happened
record MlflowError(int status, String code, String message) {
  /// The state that MLflow writes beside the class of an error. It says nothing about a database.
  private static final String SQL_STATE = "KAM00";

  private static final Logger LOG = Logger.getLogger(MlflowError.class);

  /// A call that is not there at all.
  static final class NoSuchCall extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoSuchCall(String message) {
      super(message, null, false, false);
    }
  }

  /// A part of MLflow's API that this service does not have.
  static final class NotImplemented extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotImplemented(String message) {
      super(message, null, false, false);
    }
  }

  static MlflowError of(RuntimeException why) {
    return switch (why) {
      case Refusal refusal -> of(refusal);
      case NoSuchCall none -> new MlflowError(404, "ENDPOINT_NOT_FOUND", text(none));
      case NotImplemented none -> new MlflowError(501, "NOT_IMPLEMENTED", text(none));
      case RefusedInput refused -> of(refused);
      case Unserved unserved ->
          new MlflowError(ErrorAnswer.status(unserved), "TEMPORARILY_UNAVAILABLE", text(unserved));
      default -> {
        LOG.error("a request failed", why);
        yield new MlflowError(500, "INTERNAL_ERROR", "internal error; see the server's log");
      }
    };
  }

  private static MlflowError of(Refusal refusal) {
    return switch (refusal) {
      case Refusal.NotFound _ -> new MlflowError(404, "RESOURCE_DOES_NOT_EXIST", text(refusal));
      case Refusal.Conflict _ -> new MlflowError(400, "RESOURCE_ALREADY_EXISTS", text(refusal));
      case Refusal.InvalidValue invalid ->
          invalid(
              invalid.pointer() == null
                  ? text(invalid)
                  : "Invalid value for '" + invalid.pointer() + "': " + text(invalid));
      case Refusal.Malformed _ -> invalid(text(refusal));
      case Refusal.StaleRevision _, Refusal.RevisionRequired _ ->
          new MlflowError(409, "RESOURCE_CONFLICT", text(refusal));
      case Refusal.TooLarge _ -> new MlflowError(413, "INVALID_PARAMETER_VALUE", text(refusal));
      case Refusal.NoSpace _ -> new MlflowError(507, "RESOURCE_EXHAUSTED", text(refusal));
      case Refusal.Unavailable _, Refusal.OutcomeUnknown _ ->
          new MlflowError(503, "TEMPORARILY_UNAVAILABLE", text(refusal));
    };
  }

  private static MlflowError of(RefusedInput refused) {
    int status = ErrorAnswer.status(refused);
    return new MlflowError(status, "INVALID_PARAMETER_VALUE", text(refused));
  }

  private static MlflowError invalid(String message) {
    return new MlflowError(400, "INVALID_PARAMETER_VALUE", message);
  }

  private static String text(RuntimeException why) {
    return String.valueOf(why.getMessage());
  }

  /// Sends it; on the request's event loop.
  void send(HttpServerRequest request) {
    ObjectNode body =
        JsonNodeFactory.instance.objectNode().put("error_code", code).put("message", message);
    String kind =
        switch (code) {
          case "RESOURCE_DOES_NOT_EXIST" -> "RESOURCE_NOT_FOUND";
          case "RESOURCE_ALREADY_EXISTS", "INVALID_PARAMETER_VALUE" -> code;
          default -> "";
        };
    if (!kind.isEmpty()) {
      body.put("sqlstate", SQL_STATE).put("error_class", kind);
    }
    ErrorAnswer.send(request, status, body);
  }
}
