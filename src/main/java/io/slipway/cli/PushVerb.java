package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Bundle;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "push",
    description =
        "Publish a bundle as the next version of its model. The same content gives the same"
            + " version, so an interrupted push can be repeated.",
    footer = {
      "",
      "Example: slipway push models-sample/customer/v2 --promote production --reason 'better AUC'"
    })
final class PushVerb implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin private final Remote remote = new Remote();

  @Parameters(paramLabel = "PATH", description = "a folder, a .zip or an .onnx file")
  private Path path = Path.of("");

  @Option(names = "--model", paramLabel = "NAME", description = "instead of the bundle's own name")
  private @Nullable String model;

  @Option(names = "--dry-run", description = "only have it checked, store nothing")
  private boolean dryRun;

  @Option(names = "--promote", paramLabel = "STAGE", description = "and promote it to that stage")
  private @Nullable String stage;

  @Option(names = "--reason", paramLabel = "TEXT", description = "the reason for the promotion")
  private @Nullable String reason;

  @Override
  public Integer call() {
    try (LocalBundle local = LocalBundle.at(path)) {
      Bundle bundle = local.read();
      String name = model == null ? bundle.manifest().model().name() : model;
      RegistryClient client = remote.client();
      JsonNode version = published(client, name, local);
      ObjectNode answer = version.deepCopy();
      if (stage != null && !dryRun) {
        answer.set(
            "promotion",
            Moves.promote(client, name, stage, version.path("version").asInt(), reason, null));
      }
      print(name, answer, local.beside());
      return 0;
    }
  }

  private JsonNode published(RegistryClient client, String name, LocalBundle local) {
    try {
      return client.publish(name, local.archive(), dryRun, remote.err());
    } catch (Failure.Refused e) {
      throw local.refusal(e);
    }
  }

  private void print(String name, JsonNode answer, List<String> beside) {
    remote.print(
        answer,
        out -> {
          if (dryRun) {
            out.printf(
                "good: %s  %s, %d golden examples reproduced; nothing was kept%n",
                name, answer.path("digest").asText(), answer.path("examples").asInt());
            return;
          }
          out.printf(
              "%s version %d  %s%n",
              name, answer.path("version").asInt(), answer.path("digest").asText());
          LocalBundle.tell(out, beside);
          if (answer.has("promotion")) {
            Moves.print(out, answer.get("promotion"));
          }
        });
  }
}
