package io.slipway.hostile;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// What came back.
///
/// @param status of HTTP, or of gRPC; [Case#CLOSED] where the connection was ended, -1 where it
///       stayed silent
/// @param head the status line and the headers
/// @param millis from the first byte sent to the last received
public record Answer(int status, String head, byte[] body, long millis) {
  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  boolean is(String mediaType) {
    return head.toLowerCase(Locale.ROOT).contains("content-type: " + mediaType);
  }
}
