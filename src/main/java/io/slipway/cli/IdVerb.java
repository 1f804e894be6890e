package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "id",
    description = "Decode prediction ids, and create a new key for them. Requires the role admin.",
    subcommands = {IdVerb.Decode.class, IdVerb.RotateKey.class},
    synopsisSubcommandLabel = "VERB",
    footer = {"", "Example: slipway id decode 2nGZ0lUhwBqD5rJYvQk3eA"})
final class IdVerb {
  private IdVerb() {}

  @Command(
      name = "decode",
      description =
          "Show when, by which version and by which replica a prediction was made, and its"
              + " decision. Forged ids, and those of other registries, are refused.",
      footer = {"", "Example: slipway id decode 2nGZ0lUhwBqD5rJYvQk3eA"})
  static final class Decode implements Callable<Integer> {
    @Mixin private final Remote remote = new Remote();

    @Parameters(paramLabel = "ID", description = "the prediction_id of an answer")
    private String id = "";

    @Override
    public Integer call() {
      JsonNode said = remote.client().get("/api/v1/prediction-ids/" + RegistryClient.segment(id));
      remote.print(said, out -> print(out, said));
      return 0;
    }

    private static void print(PrintWriter out, JsonNode said) {
      JsonNode replica = said.path("replica");
      JsonNode decision = said.path("decision");
      Table table =
          new Table("time", said.path("time").asText())
              .row("model", known(said.path("model")))
              .row(
                  "version",
                  known(said.path("version"))
                      + (said.path("deleted").asBoolean() ? " (deleted since)" : ""))
              .row(
                  "replica",
                  replica.path("number").asText()
                      + (replica.path("name").isTextual()
                          ? ", " + replica.path("name").asText()
                          : ", whose number another replica has now"))
              .row("counter", said.path("count").asText());
      switch (decision.path("kind").asText()) {
        case "label" -> {
          table.row("label", label(decision));
          table.row("score", score(decision));
        }
        case "value" -> table.row("value", known(decision.path("value")));
        default -> table.row("decision", "tensors, which an id does not encode");
      }
      table.print(out);
    }

    private static String label(JsonNode decision) {
      JsonNode index = decision.path("label_index");
      if (!index.isNumber()) {
        return "a label whose index is too large for an id";
      }
      return decision.path("label").isTextual()
          ? decision.path("label").asText() + " (index " + index.asText() + ")"
          : "index " + index.asText();
    }

    private static String score(JsonNode decision) {
      if (!decision.path("score").isNumber()) {
        return "none between 0 and 1";
      }
      return "%.7f%s, in steps of %.1e"
          .formatted(
              decision.path("score").asDouble(),
              decision.path("score_label").isTextual()
                  ? " of " + decision.path("score_label").asText()
                  : "",
              decision.path("step").asDouble());
    }

    private static String known(JsonNode value) {
      return value.isNull() || value.isMissingNode() ? "not known" : value.asText();
    }
  }

  @Command(
      name = "rotate-key",
      description =
          "Create a new key for prediction ids. Replicas use it after a few seconds; ids made with"
              + " earlier keys can still be decoded.",
      footer = {"", "Example: slipway id rotate-key --reason 'a backup was lost'"})
  static final class RotateKey implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin private final Remote remote = new Remote();

    @Option(names = "--reason", paramLabel = "TEXT", description = "kept in the history")
    private @Nullable String reason;

    @Override
    public Integer call() {
      ObjectNode body = JSON.createObjectNode();
      if (reason != null) {
        body.put("reason", reason);
      }
      JsonNode key = remote.client().send("POST", "/api/v1/prediction-id-keys", body, Map.of());
      remote.print(
          key,
          out ->
              out.println(
                  "key "
                      + key.path("number").asText()
                      + " created: new prediction ids use it in a few seconds, older ones can still"
                      + " be decoded"));
      return 0;
    }
  }
}
