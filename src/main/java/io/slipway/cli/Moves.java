package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What promotions and rollbacks have in common.
final class Moves {
  private Moves() {}

  static void print(PrintWriter out, JsonNode move) {
    String model = move.path("model").asText();
    String stage = move.path("stage").asText();
    int version = move.path("version").asInt();
    if (!move.path("moved").asBoolean()) {
      out.printf("%s: %s is version %d already%n", model, stage, version);
      return;
    }
    out.printf(
        "%s: %s is version %d now%s, in %d ms (revision %d)%n",
        model,
        stage,
        version,
        move.path("previous").isNull() ? "" : ", was " + move.path("previous").asInt(),
        move.path("activated_in_ms").asLong(),
        move.path("revision").asLong());
  }

  static Map<String, String> ifMatch(@Nullable Long revision) {
    return revision == null ? Map.of() : Map.of("If-Match", "\"" + revision + "\"");
  }
}
