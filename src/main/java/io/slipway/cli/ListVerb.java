package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "list",
    description = "List models, or the versions of one.",
    footer = {"", "Example: slipway list --query churn --stage production"})
final class ListVerb implements Callable<Integer> {
  @Mixin private final Remote remote = new Remote();

  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "list its versions")
  private @Nullable String model;

  @Option(
      names = {"-q", "--query"},
      paramLabel = "TEXT",
      description = "search name, description, owner, tags and lineage")
  private @Nullable String query;

  @Option(
      names = "--tag",
      paramLabel = "KEY[=VALUE]",
      description = "only models with all of these")
  private List<String> tags = List.of();

  @Option(names = "--stage", paramLabel = "STAGE", description = "only models with this stage")
  private @Nullable String stage;

  @Option(names = "--limit", paramLabel = "N", description = "${DEFAULT-VALUE} by default")
  private int limit = 50;

  @Override
  public Integer call() {
    if (model != null) {
      versions(model);
    } else {
      models();
    }
    return 0;
  }

  private void models() {
    List<String> parameters = new ArrayList<>(List.of("limit=" + limit));
    if (query != null) {
      parameters.add("q=" + RegistryClient.segment(query));
    }
    if (stage != null) {
      parameters.add("stage=" + RegistryClient.segment(stage));
    }
    tags.forEach(tag -> parameters.add("tag=" + RegistryClient.segment(tag)));
    JsonNode answer = remote.client().get("/api/v1/models?" + String.join("&", parameters));
    remote.print(
        answer,
        out -> {
          Table table = new Table("MODEL", "VERSIONS", "STAGES", "ALIASES", "DESCRIPTION");
          for (JsonNode each : answer.path("models")) {
            table.row(
                each.path("name").asText(),
                each.path("version_count").asInt(),
                Shown.stages(each.path("stages")),
                Shown.pairs(each.path("aliases")),
                each.path("description").asText(""));
          }
          table.print(out);
          Shown.more(out, answer);
        });
  }

  private void versions(String name) {
    JsonNode answer =
        remote.client().get(RegistryClient.model(name, "versions") + "?limit=" + limit);
    remote.print(
        answer,
        out -> {
          Table table =
              new Table("VERSION", "KIND", "OBJECT", "EXAMPLES", "REGISTERED", "BY", "DIGEST");
          for (JsonNode each : answer.path("versions")) {
            table.row(
                each.path("version").asInt()
                    + (each.path("archived").asBoolean() ? " (archived)" : ""),
                each.path("kind").asText("bundle"),
                each.path("object").asText(""),
                each.path("examples").asInt(),
                Shown.time(each.path("registered_at")),
                each.path("registered_by").asText(),
                each.path("digest").asText());
          }
          table.print(out);
          Shown.more(out, answer);
        });
  }
}
