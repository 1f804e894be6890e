package io.slipway.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "promote",
    description = "Point a stage to a version. Returns when it is loaded and traffic has moved.",
    footer = {"", "Example: slipway promote customer-churn 2 --reason 'AUC 0.85 against 0.84'"})
final class PromoteVerb implements Callable<Integer> {
  @Mixin private final Remote remote = new Remote();

  @Parameters(index = "0", paramLabel = "MODEL")
  private String model = "";

  @Parameters(index = "1", paramLabel = "VERSION")
  private int version;

  @Option(names = "--stage", paramLabel = "STAGE", description = "${DEFAULT-VALUE} by default")
  private String stage = "production";

  @Option(names = "--reason", paramLabel = "TEXT", description = "kept in the history")
  private @Nullable String reason;

  @Option(
      names = "--revision",
      paramLabel = "N",
      description = "only if the model is still at this revision")
  private @Nullable Long revision;

  @Override
  public Integer call() {
    var move = Moves.promote(remote.client(), model, stage, version, reason, revision);
    remote.print(move, out -> Moves.print(out, move));
    return 0;
  }
}
