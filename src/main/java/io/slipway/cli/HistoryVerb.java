package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "history",
    description =
        "Show who changed what, when and why; newest first; for all models without MODEL.",
    footer = {"", "Example: slipway history customer-churn --limit 5"})
final class HistoryVerb implements Callable<Integer> {
  @Mixin private final Remote remote = new Remote();

  @Parameters(arity = "0..1", paramLabel = "MODEL")
  private @Nullable String model;

  @Option(names = "--limit", paramLabel = "N", description = "${DEFAULT-VALUE} by default")
  private int limit = 20;

  @Override
  public Integer call() {
    String path = model == null ? "/api/v1/audit" : RegistryClient.model(model, "history");
    JsonNode answer = remote.client().get(path + "?limit=" + limit);
    remote.print(
        answer,
        out -> {
          Table table = new Table("TIME", "WHO", "WHAT", "MODEL", "FROM", "TO", "WHY");
          for (JsonNode entry : answer.path("entries")) {
            table.row(
                Shown.time(entry.path("at")),
                entry.path("actor").asText(),
                what(entry),
                entry.path("model").asText("-"),
                entry.path("from").asText("-"),
                entry.path("to").asText("-"),
                entry.path("reason").asText(""));
          }
          table.print(out);
          Shown.more(out, answer);
        });
    return 0;
  }

  private static String what(JsonNode entry) {
    String target = entry.path("target").asText("");
    return entry.path("action").asText() + (target.isEmpty() ? "" : " " + target);
  }
}
