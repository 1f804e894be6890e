package io.slipway.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "rollback",
    description =
        "Undo the last move of a stage, at once: the previous version is still loaded. A rollback"
            + " is itself undone only if --from or --revision says so.",
    footer = {"", "Example: slipway rollback customer-churn --reason 'refuses good customers'"})
final class RollbackVerb implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin private final Remote remote = new Remote();

  @Parameters(paramLabel = "MODEL")
  private String model = "";

  @Option(names = "--stage", paramLabel = "STAGE", description = "${DEFAULT-VALUE} by default")
  private String stage = "production";

  @Option(names = "--to", paramLabel = "VERSION", description = "an earlier version of that stage")
  private @Nullable Integer to;

  @Option(
      names = "--from",
      paramLabel = "VERSION",
      description = "only if the stage serves this version; so a repetition changes nothing")
  private @Nullable Integer from;

  @Option(names = "--reason", paramLabel = "TEXT", description = "kept in the history")
  private @Nullable String reason;

  @Option(
      names = "--revision",
      paramLabel = "N",
      description = "only if the model is still at this revision")
  private @Nullable Long revision;

  @Override
  public Integer call() {
    ObjectNode body = JSON.createObjectNode();
    if (to != null) {
      body.put("to", to);
    }
    if (from != null) {
      body.put("from", from);
    }
    if (reason != null) {
      body.put("reason", reason);
    }
    String path = RegistryClient.model(model, "stages", stage, "rollback");
    var move = Moves.send(remote.client(), "POST", path, body, revision);
    remote.print(move, out -> Moves.print(out, move));
    return 0;
  }
}
