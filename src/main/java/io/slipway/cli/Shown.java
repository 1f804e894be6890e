package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/// Formats values of the API for tables.
final class Shown {
  private Shown() {}

  /// `production=2 staging=3`
  static String stages(JsonNode stages) {
    List<String> parts = new ArrayList<>();
    stages
        .properties()
        .forEach(s -> parts.add(s.getKey() + "=" + s.getValue().path("version").asInt()));
    return parts.isEmpty() ? "-" : String.join(" ", parts);
  }

  /// `champion=2 challenger=3`
  static String pairs(JsonNode object) {
    List<String> parts = new ArrayList<>();
    object.properties().forEach(p -> parts.add(p.getKey() + "=" + p.getValue().asText()));
    return parts.isEmpty() ? "-" : String.join(" ", parts);
  }

  /// A time, to the second.
  static String time(JsonNode instant) {
    return instant.asText().replaceFirst("[.][0-9]+Z$", "Z");
  }

  /// Text of others on one line: control characters, line breaks and marks that turn the direction
  /// of writing are shown as escapes, so that they cannot forge lines or hide parts.
  static String line(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.chars()
        .forEach(
            c -> {
              if (harmless((char) c)) {
                line.append((char) c);
              } else {
                line.append(
                    switch (c) {
                      case '\n' -> "\\n";
                      case '\r' -> "\\r";
                      case '\t' -> "\\t";
                      default -> "\\u%04x".formatted(c);
                    });
              }
            });
    return line.toString();
  }

  private static boolean harmless(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          // Zero-width joiners are a part of words and of emoji.
          c == '\u200c' || c == '\u200d';
      default -> true;
    };
  }

  static void more(PrintWriter out, JsonNode page) {
    if (page.path("next_page_token").isTextual()) {
      out.println("(more results: raise --limit)");
    }
  }
}
