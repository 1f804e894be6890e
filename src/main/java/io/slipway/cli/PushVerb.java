package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Bundle;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
            + " version, so an interrupted push can be repeated. What can't be served can be kept"
            + " beside the bundles: any files (--kind files), or the place of content elsewhere"
            + " (--external).",
    footer = {
      "",
      "Example: slipway push models-sample/customer/v2 --promote production --reason 'better AUC'"
    })
final class PushVerb implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BUNDLE = "bundle";
  private static final String FILES = "files";

  @Mixin private final Remote remote = new Remote();

  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      description = "a folder, a .zip or an .onnx file")
  private @Nullable Path path;

  @Option(names = "--model", paramLabel = "NAME", description = "instead of the bundle's own name")
  private @Nullable String model;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "bundle (the default), or files: kept as they are, never served")
  private String kind = BUNDLE;

  @Option(
      names = "--external",
      paramLabel = "URI",
      description = "instead of PATH: register content that is elsewhere, never served")
  private @Nullable String external;

  @Option(names = "--dry-run", description = "only have it checked, store nothing")
  private boolean dryRun;

  @Option(names = "--promote", paramLabel = "STAGE", description = "and promote it to that stage")
  private @Nullable String stage;

  @Option(names = "--reason", paramLabel = "TEXT", description = "the reason for the promotion")
  private @Nullable String reason;

  @Override
  public Integer call() {
    if (external != null) {
      return external(external);
    }
    if (path == null) {
      throw new Failure.Misused("PATH is missing: a folder, a .zip or an .onnx file");
    }
    return switch (kind) {
      case BUNDLE -> bundle(path);
      case FILES -> files(path);
      default -> throw new Failure.Misused("--kind is bundle or files, not " + kind);
    };
  }

  private int bundle(Path source) {
    try (LocalBundle local = LocalBundle.at(source)) {
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

  private int files(Path source) {
    String name = named("--kind files");
    try (LocalBundle local = LocalBundle.at(source)) {
      JsonNode version =
          remote.client().publish(name, local.archive(), FILES, dryRun, remote.err());
      remote.print(
          version,
          out -> {
            if (dryRun) {
              out.printf(
                  "good: %s  %s, %d files; nothing was kept%n",
                  name, version.path("digest").asText(), version.path("files").asInt());
            } else {
              kept(out, name, version);
            }
          });
      return 0;
    }
  }

  private int external(String source) {
    String name = named("--external");
    if (path != null || dryRun) {
      throw new Failure.Misused("--external takes no PATH and no --dry-run");
    }
    JsonNode version =
        remote
            .client()
            .send(
                "POST",
                RegistryClient.model(name, "versions"),
                JSON.createObjectNode().put("kind", "external").put("source", source),
                Map.of());
    remote.print(version, out -> kept(out, name, version));
    return 0;
  }

  /// The model's name, which a version that is not a bundle does not carry.
  private String named(String option) {
    if (stage != null) {
      throw new Failure.Misused(option + " can't be promoted: only bundles are served");
    }
    if (model == null) {
      throw new Failure.Misused(option + " needs --model NAME");
    }
    return model;
  }

  private static void kept(PrintWriter out, String name, JsonNode version) {
    out.printf(
        "%s version %d  %s  (%s, not served)%n",
        name,
        version.path("version").asInt(),
        version.path("digest").asText(),
        version.path("kind").asText());
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
