package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    description =
        "Write a model with all its versions, stages, aliases and history to a folder, which"
            + " `import` reads into another registry.",
    footer = {"", "Example: slipway export customer-churn --output churn-export"})
final class ExportVerb implements Callable<Integer> {
  @Mixin private final Remote remote = new Remote();

  @Parameters(paramLabel = "MODEL")
  private String model = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description = "MODEL-export by default; must not exist yet")
  private @Nullable Path output;

  @Override
  public Integer call() {
    RegistryClient client = remote.client();
    ObjectNode head = JsonNodeFactory.instance.objectNode();
    head.put("format", ExportFolder.FORMAT).put("url", client.url().toString());
    head.set("model", client.get(RegistryClient.model(model)));
    Path folder = output == null ? Path.of(model + "-export") : output;
    if (Files.exists(folder)) {
      throw new Failure.Misused(folder + " already exists");
    }
    ExportFolder export = new ExportFolder(folder);
    int versions = versions(client, export);
    ObjectNode history = JsonNodeFactory.instance.objectNode();
    ArrayNode entries = client.all(RegistryClient.model(model, "history"), "entries");
    history.set("entries", entries);
    export.write("history.json", history);
    // Written last: without it the folder is not an export.
    export.write("model.json", head);
    remote.print(
        JsonNodeFactory.instance
            .objectNode()
            .put("folder", folder.toString())
            .put("versions", versions)
            .put("entries", entries.size()),
        out ->
            out.printf(
                "%s: %d versions, %d entries of history%n", folder, versions, entries.size()));
    return 0;
  }

  private int versions(RegistryClient client, ExportFolder export) {
    ArrayNode versions = client.all(RegistryClient.model(model, "versions"), "versions");
    for (JsonNode each : versions) {
      int number = each.path("version").asInt();
      export.write(
          "versions/" + number + ".json",
          client.get(RegistryClient.model(model, "versions", number)));
      if (export.archived(number)) {
        client.download(
            RegistryClient.model(model, "versions", number, "bundle"), export.archive(number));
        export.verify(number);
      }
    }
    if (versions.isEmpty()) {
      try {
        Files.createDirectories(export.path().resolve("versions"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return versions.size();
  }
}
