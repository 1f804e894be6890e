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

  static void more(PrintWriter out, JsonNode page) {
    if (page.path("next_page_token").isTextual()) {
      out.println("(more results: raise --limit)");
    }
  }
}
