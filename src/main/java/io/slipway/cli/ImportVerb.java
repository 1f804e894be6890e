package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "import",
    description = {
      "Import an exported model into a registry: every version, verified by its digest and checked"
          + " as usual, and, if the model is new there, its description, policy, stages and"
          + " aliases.",
      "Versions get new numbers. The history of the other registry remains a file: entries"
          + " here give its digest as the reason."
    },
    footer = {"", "Example: slipway import churn-export --url http://other:8080"})
final class ImportVerb implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  @Mixin private final Remote remote = new Remote();

  @Parameters(paramLabel = "FOLDER", description = "written by `export`")
  private Path folder = Path.of("");

  @Option(names = "--model", paramLabel = "NAME", description = "instead of its own name")
  private @Nullable String model;

  @Option(
      names = "--pointers",
      description = "set stages and aliases even if the model already exists here")
  private boolean pointers;

  @Override
  public Integer call() {
    ExportFolder export = ExportFolder.at(folder);
    JsonNode exported = export.model().path("model");
    String name = model == null ? exported.path("name").asText() : model;
    // All versions are verified before the first is sent.
    export.versions().forEach(export::verify);
    RegistryClient client = remote.client();
    boolean fresh = client.look(RegistryClient.model(name)).statusCode() == NOT_FOUND;
    Map<Integer, Integer> numbers = publish(client, export, name);
    if (fresh || pointers) {
      patch(
          client,
          name,
          RegistryClient.model(name),
          exported,
          List.of("description", "owner", "tags", "policy"));
      nameForPeople(client, name, exported);
      move(client, name, exported, numbers, reason(export));
    }
    for (Map.Entry<Integer, Integer> each : numbers.entrySet()) {
      patch(
          client,
          name,
          RegistryClient.model(name, "versions", each.getValue()),
          export.version(each.getKey()),
          List.of("description", "tags", "archived"));
    }
    print(name, numbers, fresh || pointers);
    return 0;
  }

  /// Sets the display name, unless another model has it here.
  private void nameForPeople(RegistryClient client, String name, JsonNode exported) {
    try {
      patch(client, name, RegistryClient.model(name), exported, List.of("display_name"));
    } catch (Failure.Refused e) {
      if (e.status() != CONFLICT) {
        throw e;
      }
      remote
          .err()
          .printf(
              "another model is called \"%s\" here: %s has no display name%n",
              exported.path("display_name").asText(), name);
    }
  }

  /// @return the numbers here by those in the other registry
  private Map<Integer, Integer> publish(RegistryClient client, ExportFolder export, String name) {
    Map<Integer, Integer> numbers = new TreeMap<>();
    for (int number : export.versions()) {
      String expected = export.version(number).path("digest").asText();
      JsonNode version = publish(client, export, name, number);
      if (!version.path("digest").asText().equals(expected)) {
        throw new Failure.Refused(
            "version %d was registered as %s, not %s"
                .formatted(number, version.path("digest").asText(), expected),
            List.of());
      }
      numbers.put(number, version.path("version").asInt());
    }
    return numbers;
  }

  private JsonNode publish(RegistryClient client, ExportFolder export, String name, int number) {
    JsonNode version = export.version(number);
    return switch (version.path("kind").asText("bundle")) {
      case "external" ->
          client.send(
              "POST",
              RegistryClient.model(name, "versions"),
              JSON.createObjectNode()
                  .put("kind", "external")
                  .put("source", version.path("source").asText()),
              Map.of());
      case "files" -> client.publish(name, export.archive(number), "files", false, remote.err());
      default -> client.publish(name, export.archive(number), false, remote.err());
    };
  }

  private static void move(
      RegistryClient client,
      String name,
      JsonNode exported,
      Map<Integer, Integer> numbers,
      String reason) {
    JsonNode here = client.get(RegistryClient.model(name));
    for (Map.Entry<String, JsonNode> stage : exported.path("stages").properties()) {
      JsonNode pointer = here.path("stages").path(stage.getKey());
      // First the previous version, so that a rollback leads to the same version as there; but not
      // where that would move traffic for a moment.
      Integer before =
          pointer.isMissingNode() ? numbers.get(stage.getValue().path("previous").asInt()) : null;
      Integer wanted = numbers.get(stage.getValue().path("version").asInt());
      if (before != null) {
        Moves.promote(client, name, stage.getKey(), before, reason, revision(client, name));
      }
      if (wanted != null && pointer.path("version").asInt() != wanted) {
        Moves.promote(client, name, stage.getKey(), wanted, reason, revision(client, name));
      }
    }
    for (Map.Entry<String, JsonNode> alias : exported.path("aliases").properties()) {
      Integer wanted = numbers.get(alias.getValue().asInt());
      if (wanted != null && here.path("aliases").path(alias.getKey()).asInt() != wanted) {
        Moves.send(
            client,
            "PUT",
            RegistryClient.model(name, "aliases", alias.getKey()),
            JSON.createObjectNode().put("version", wanted).put("reason", reason),
            revision(client, name));
      }
    }
  }

  private static long revision(RegistryClient client, String name) {
    return client.get(RegistryClient.model(name)).path("revision").asLong();
  }

  /// Updates the members of `path` that differ from `document`.
  private static void patch(
      RegistryClient client, String name, String path, JsonNode document, List<String> members) {
    JsonNode here = client.get(path);
    ObjectNode body = JSON.createObjectNode();
    for (String member : members) {
      if (document.hasNonNull(member) && !document.get(member).equals(here.get(member))) {
        body.set(member, document.get(member));
      }
    }
    if (!body.isEmpty()) {
      client.send("PATCH", path, body, Moves.ifMatch(revision(client, name)));
    }
  }

  private static String reason(ExportFolder export) {
    try {
      return "imported from %s; its history.json is %s"
          .formatted(export.model().path("url").asText(), Digest.of(export.history()));
    } catch (IOException e) {
      throw new Failure.Misused(export.history() + " cannot be read: " + e.getMessage());
    }
  }

  private void print(String name, Map<Integer, Integer> numbers, boolean moved) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode().put("model", name);
    ObjectNode versions = answer.putObject("versions");
    numbers.forEach((there, here) -> versions.put(there.toString(), here));
    answer.put("pointers_moved", moved);
    remote.print(
        answer,
        out -> {
          Table table = new Table("VERSION THERE", "HERE");
          numbers.forEach((there, here) -> table.row(there, here));
          table.print(out);
          out.printf(
              moved
                  ? "%s: stages and aliases point to the same versions as before%n"
                  : "%s already existed: stages and aliases were not changed (--pointers)%n",
              name);
        });
  }
}
