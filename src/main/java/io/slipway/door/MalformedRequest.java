package io.slipway.door;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.Serial;
import java.nio.charset.StandardCharsets;

/// Why bytes are not a valid HTTP/1 request, with the answer to it. It has no stack trace, because
/// the fault is the caller's.
final class MalformedRequest extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  static final MalformedRequest VERSION =
      new MalformedRequest(
          505,
          "http-version-not-supported",
          "HTTP version not supported",
          "HTTP/1.1, HTTP/1.0 and HTTP/2 are spoken here");

  static final MalformedRequest CODING =
      new MalformedRequest(
          501, "not-implemented", "Not implemented", "the only Transfer-Encoding here is chunked");

  private final int status;
  private final String code;
  private final String title;

  private MalformedRequest(int status, String code, String title, String detail) {
    super(detail, null, false, false);
    this.status = status;
    this.code = code;
    this.title = title;
  }

  static MalformedRequest of(String detail) {
    return new MalformedRequest(400, "malformed-request", "Malformed request", detail);
  }

  /// The answer for `cause`, which Netty or this package has raised.
  ///
  /// @param otherwise the message for a cause without an answer of its own
  static MalformedRequest of(Throwable cause, String otherwise) {
    return switch (cause) {
      case MalformedRequest malformed -> malformed;
      case TooLongHttpLineException _ ->
          new MalformedRequest(414, "too-large", "Too large", "the request line is too long");
      case TooLongHttpHeaderException _ ->
          new MalformedRequest(431, "too-large", "Too large", "the headers are too long");
      default -> of(otherwise);
    };
  }

  int status() {
    return status;
  }

  /// The problem (RFC 9457), as JSON.
  byte[] problem() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "urn:slipway:problem:" + code)
        .put("title", title)
        .put("status", status)
        .put("detail", getMessage())
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }
}
