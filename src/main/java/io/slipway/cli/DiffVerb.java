package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "diff",
    description =
        "Show the differences between two versions: metrics, parameters, signature, input, steps,"
            + " tensors, output, lineage and files.",
    footer = {"", "Example: slipway diff customer-churn 1 2"})
final class DiffVerb implements Callable<Integer> {
  @Mixin private final Remote remote = new Remote();

  @Parameters(index = "0", paramLabel = "MODEL")
  private String model = "";

  @Parameters(index = "1", paramLabel = "A")
  private int left;

  @Parameters(index = "2", paramLabel = "B")
  private int right;

  @Override
  public Integer call() {
    JsonNode found =
        remote
            .client()
            .get(RegistryClient.model(model, "compare") + "?versions=" + left + "," + right)
            .path("differences");
    remote.print(
        found,
        out -> {
          if (found.isEmpty()) {
            out.println("the versions differ only in their number");
            return;
          }
          Table table = new Table("FIELD", "VERSION " + left, "VERSION " + right);
          found.forEach(
              d -> table.row(d.path("at").asText(), shown(d.path("left")), shown(d.path("right"))));
          table.print(out);
        });
    return 0;
  }

  private static String shown(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "-";
    }
    String text = value.isTextual() ? value.asText() : value.toString();
    return text.length() > 60 ? text.substring(0, 57) + "..." : text;
  }
}
