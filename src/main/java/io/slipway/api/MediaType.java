package io.slipway.api;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The media type of a body.
///
/// @param name type and subtype in lower case, without parameters; empty where none was given
/// @param charset in lower case, where one was given
public record MediaType(String name, @Nullable String charset) {
  public static final String JSON = "application/json";
  public static final String NDJSON = "application/x-ndjson";

  /// Parses a `Content-Type`; never fails, as an unknown type is simply not accepted.
  public static MediaType of(@Nullable String header) {
    if (header == null) {
      return new MediaType("", null);
    }
    int end = header.indexOf(';');
    if (end < 0) {
      return new MediaType(header.strip().toLowerCase(Locale.ROOT), null);
    }
    String charset = null;
    for (String parameter : header.substring(end + 1).split(";", 16)) {
      int equals = parameter.indexOf('=');
      if (equals > 0 && parameter.substring(0, equals).strip().equalsIgnoreCase("charset")) {
        charset =
            parameter.substring(equals + 1).strip().replace("\"", "").toLowerCase(Locale.ROOT);
      }
    }
    return new MediaType(header.substring(0, end).strip().toLowerCase(Locale.ROOT), charset);
  }

  /// Whether text of this type is UTF-8, according to its charset.
  public boolean utf8() {
    return charset == null || charset.equals("utf-8") || charset.equals("us-ascii");
  }
}
