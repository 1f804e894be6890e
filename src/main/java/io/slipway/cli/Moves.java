package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Sends moves of stages and aliases, and prints them.
final class Moves {
  /// How long a move whose outcome is not known is asked for again, and the time between.
  private static final Duration ASKED_AGAIN = Duration.ofSeconds(15);

  private static final Duration PAUSE = Duration.ofMillis(500);

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
    return send(client, "PUT", path, body, revision);
  }

  /// Sends the move of a pointer with a key, by which the registry does it once. Where the outcome
  /// is not known, asks again with the same key for some seconds: the answer then says what became
  /// of it.
  ///
  /// @param revision that the model must still have; null for any
  /// @throws Failure.Unclear where it is still not known
  static JsonNode send(
      RegistryClient client, String method, String path, JsonNode body, @Nullable Long revision) {
    Map<String, String> keyed = new HashMap<>(ifMatch(revision));
    keyed.put("Idempotency-Key", UUID.randomUUID().toString());
    Failure.Unclear unclear = null;
    long end = System.nanoTime() + ASKED_AGAIN.toNanos();
    while (unclear == null || System.nanoTime() < end) {
      try {
        return client.send(method, path, body, keyed);
      } catch (Failure.Unclear e) {
        unclear = e;
      } catch (Failure.Unreachable e) {
        if (unclear == null && !wasSent(e)) {
          throw e;
        }
        unclear =
            new Failure.Unclear(
                e.getMessage() + "; the change may have been made: look before you repeat it", e);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    throw unclear;
  }

  /// Whether the request may have reached the registry.
  private static boolean wasSent(Failure.Unreachable failure) {
    return failure.getCause() instanceof IOException
        && !(failure.getCause() instanceof ConnectException)
        && !(failure.getCause() instanceof HttpConnectTimeoutException);
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
