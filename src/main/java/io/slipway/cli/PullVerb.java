package io.slipway.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "pull",
    description = "Download the bundle of a version: the same files with the same digest.",
    footer = {"", "Example: slipway pull customer-churn 2 --output churn.zip"})
final class PullVerb implements Callable<Integer> {
  @Mixin private final Remote remote = new Remote();

  @Parameters(index = "0", paramLabel = "MODEL")
  private String model = "";

  @Parameters(index = "1", paramLabel = "VERSION")
  private int version;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "MODEL-VERSION.zip by default")
  private @Nullable Path output;

  @Override
  public Integer call() {
    Path file = output == null ? Path.of(model + "-" + version + ".zip") : output;
    remote.client().download(RegistryClient.model(model, "versions", version, "bundle"), file);
    remote.print(
        JsonNodeFactory.instance.objectNode().put("file", file.toString()),
        out -> out.println(file));
    return 0;
  }
}
