package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    description = "Show a model, or one version of it.",
    footer = {"", "Example: slipway show customer-churn 2"})
final class ShowVerb implements Callable<Integer> {
  @Mixin private final Remote remote = new Remote();

  @Parameters(index = "0", paramLabel = "MODEL")
  private String model = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "VERSION")
  private @Nullable Integer version;

  @Override
  public Integer call() {
    String path = RegistryClient.model(model);
    if (version == null) {
      JsonNode answer = remote.client().get(path);
      remote.print(answer, out -> model(out, answer));
    } else {
      JsonNode answer = remote.client().get(path + "/versions/" + version);
      remote.print(answer, out -> version(out, answer));
    }
    return 0;
  }

  private static void model(PrintWriter out, JsonNode model) {
    Table table = new Table("model", model.path("name").asText());
    row(table, "display name", model.path("display_name"));
    row(table, "description", model.path("description"));
    row(table, "owner", model.path("owner"));
    table.row("tags", Shown.pairs(model.path("tags")));
    table.row("stages", Shown.stages(model.path("stages")));
    table.row("aliases", Shown.pairs(model.path("aliases")));
    table.row("versions", model.path("version_count").asInt());
    table.row("revision", model.path("revision").asLong());
    table.print(out);
  }

  private static void version(PrintWriter out, JsonNode version) {
    Table table =
        new Table(
            "version", version.path("model").asText() + " " + version.path("version").asInt());
    table.row("digest", version.path("digest").asText());
    row(table, "description", version.path("description"));
    table.row("kind", version.path("kind").asText("bundle"));
    row(table, "source", version.path("source"));
    row(table, "object", version.path("object"));
    table.row("stages", String.join(" ", texts(version.path("stages"))));
    table.row("aliases", String.join(" ", texts(version.path("aliases"))));
    if (version.path("checks").isObject()) {
      bundle(table, version);
    }
    table.row(
        "registered",
        Shown.time(version.path("registered_at"))
            + " by "
            + version.path("registered_by").asText());
    table.row("files", version.path("files").size());
    table.print(out);
  }

  /// Adds what only a bundle has.
  private static void bundle(Table table, JsonNode version) {
    JsonNode checks = version.path("checks");
    table.row(
        "checks",
        "%d golden examples, largest difference %.2g"
            .formatted(checks.path("examples").asInt(), checks.path("max_difference").asDouble()));
    JsonNode sharing = version.path("sharing");
    if (sharing.isObject()) {
      table.row("rows", sharing.path("verdict").asText() + ": " + sharing.path("why").asText());
    }
    checks
        .path("remarks")
        .forEach(
            remark -> table.row(remark.path("code").asText(), remark.path("message").asText()));
    table.row("steps", version.path("preprocessing").size());
    table.row("metrics", Shown.pairs(version.path("metrics")));
  }

  private static void row(Table table, String name, JsonNode value) {
    if (value.isTextual()) {
      table.row(name, value.asText());
    }
  }

  private static Iterable<String> texts(JsonNode array) {
    java.util.List<String> texts = new java.util.ArrayList<>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
