package io.slipway.api;

import java.util.Locale;

/// The closed catalogue of problems; the code is the name in kebab-case.
public enum ProblemCode {
  MALFORMED_REQUEST(400, "Malformed request"),
  UNAUTHENTICATED(401, "Unauthenticated"),
  FORBIDDEN(403, "Forbidden"),
  NOT_FOUND(404, "Not found"),
  METHOD_NOT_ALLOWED(405, "Method not allowed"),
  NOT_ACCEPTABLE(406, "Not acceptable"),
  CONFLICT(409, "Conflict"),
  PRECONDITION_FAILED(412, "Precondition failed"),
  TOO_LARGE(413, "Too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
  INVALID_INPUT(422, "Invalid input"),
  BUNDLE_REJECTED(422, "Bundle rejected"),
  PRECONDITION_REQUIRED(428, "Precondition required"),
  OVERLOADED(429, "Overloaded"),
  INTERNAL(500, "Internal error"),
  MODEL_ERROR(500, "The model failed"),
  NOT_IMPLEMENTED(501, "Not implemented"),
  NOT_READY(503, "Not ready"),
  UNAVAILABLE(503, "Unavailable"),
  OUTCOME_UNKNOWN(503, "Outcome unknown"),
  DEADLINE_EXCEEDED(504, "Deadline exceeded"),
  HTTP_VERSION_NOT_SUPPORTED(505, "HTTP version not supported"),
  INSUFFICIENT_STORAGE(507, "Insufficient storage");

  private final int status;
  private final String title;

  ProblemCode(int status, String title) {
    this.status = status;
    this.title = title;
  }

  int status() {
    return status;
  }

  String title() {
    return title;
  }

  /// The stable code, such as `invalid-input`.
  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String type() {
    return "urn:slipway:problem:" + code();
  }
}
