package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "lineage",
    description = "Show how a version was built, checked and served, as one JSON document.",
    footer = {"", "Example: slipway lineage customer-churn 2 > customer-churn-2-lineage.json"})
final class LineageVerb implements Callable<Integer> {
  @Mixin private final Remote remote = new Remote();

  @Parameters(index = "0", paramLabel = "MODEL")
  private String model = "";

  @Parameters(index = "1", paramLabel = "VERSION")
  private int version;

  @Override
  public Integer call() {
    JsonNode answer =
        remote.client().get(RegistryClient.model(model, "versions", version, "lineage"));
    remote.print(answer, out -> out.println(answer.toPrettyString()));
    return 0;
  }
}
