package io.slipway.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A problem document (RFC 9457).
///
/// @param type `urn:slipway:problem:<code>`
/// @param instance the request's path
/// @param errors the single faults, where there are several
/// @param traceId where tracing is on
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    @Nullable String instance,
    @Nullable List<Fault> errors,
    @JsonProperty("trace_id") @Nullable String traceId) {

  public static final String MEDIA_TYPE = "application/problem+json";

  /// One fault.
  ///
  /// @param pointer a JSON pointer into the request, or a location in the bundle
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Fault(@Nullable String pointer, String code, String message) {}

  public static Problem of(ProblemCode code, String detail) {
    return new Problem(code.type(), code.title(), code.status(), detail, null, null, null);
  }

  public static Problem of(ProblemCode code, String detail, List<Fault> errors) {
    return new Problem(code.type(), code.title(), code.status(), detail, null, errors, null);
  }

  /// A copy with the request's path and, where tracing is on, its trace id.
  public Problem at(String path) {
    SpanContext span = Span.current().getSpanContext();
    return new Problem(
        type, title, status, detail, path, errors, span.isValid() ? span.getTraceId() : null);
  }
}
