package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The common part of promotions and rollbacks.
final class Moves {
  private Moves() {}

  /// @param revision that the model must still have; null for any
  static JsonNode promote(
      RegistryClient client,
      String model,
      String stage,
      int version,
      @Nullable String reason,
      @Nullable Long revision) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("version", version);
    if (reason != null) {
      body.put("reason", reason);
    }
    String path = RegistryClient.model(model, "stages", stage);
    return client.move("PUT", path, body, ifMatch(revision));
  }

  static void print(PrintWriter out, JsonNode move) {
    String model = move.path("model").asText();
    String stage = move.path("stage").asText();
    int version = move.path("version").asInt();
    if (!move.path("moved").asBoolean()) {
      out.printf("%s: %s already serves version %d%n", model, stage, version);
      return;
    }
    out.printf(
        "%s: %s now serves version %d%s, in %d ms (revision %d)%n",
        model,
        stage,
        version,
        move.path("previous").isNull() ? "" : ", was " + move.path("previous").asInt(),
        move.path("activated_in_ms").asLong(),
        move.path("revision").asLong());
    for (JsonNode behind : move.path("replicas").path("behind")) {
      out.printf(
          "  not on %s yet: %s%n", behind.path("name").asText(), behind.path("reason").asText());
    }
  }

  static Map<String, String> ifMatch(@Nullable Long revision) {
    return revision == null ? Map.of() : Map.of("If-Match", "\"" + revision + "\"");
  }
}
