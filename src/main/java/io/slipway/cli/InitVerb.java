package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleReader;
import io.slipway.bundle.InvalidBundle;
import io.slipway.onnx.ProbeLimits;
import io.slipway.onnx.ProbeRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "init",
    description =
        "Create a bundle from an ONNX file, or from the folder that an exporter wrote: a folder"
            + " with the model, its weights, its tokenizer, and a valid manifest (named tensors in,"
            + " named tensors out), to be edited further.",
    footer = {"", "Example: slipway init churn.onnx --output churn && slipway check churn"})
final class InitVerb implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Parameters(paramLabel = "MODEL.onnx", description = "or a folder with one")
  private Path source = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description = "the model's name by default; must not exist yet")
  private @Nullable Path output;

  @Option(
      names = "--strip-zipmap",
      description =
          "remove the ZipMap that scikit-learn converters add after a classifier, so that it"
              + " returns its probabilities as a tensor")
  private boolean stripZipMap;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    BareModel model = model();
    Path folder = output == null ? named(model) : output;
    if (Files.exists(folder)) {
      throw new Failure.Misused(folder + " already exists; name another folder with --output");
    }
    boolean good = false;
    try {
      Files.createDirectories(folder);
      List<String> beside = model.write(folder);
      List<String> tokenizer = model.writeTokenizer(folder);
      List<String> outputs = stripZipMap ? BareModel.stripZipMap(folder) : List.of();
      Bundle bundle = new BundleReader().openSource(folder);
      JsonNode ports =
          JSON.readTree(new ProbeRunner(ProbeLimits.DEFAULT).run(bundle).signatureJson());
      good = true;
      report(folder, ports);
      tell(beside, tokenizer, outputs);
      return 0;
    } catch (InvalidBundle e) {
      throw LocalBundle.refused(e, model.file().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (!good && Files.isDirectory(folder)) {
        LocalBundle.delete(folder);
      }
    }
  }

  private BareModel model() {
    if (!Files.isReadable(source)) {
      throw new Failure.Misused(source + " does not exist or cannot be read");
    }
    if (Files.isDirectory(source)) {
      return BareModel.in(source);
    }
    if (!BareModel.is(source)) {
      throw new Failure.Misused(
          source + " is not an .onnx file; export the model to ONNX first (docs/how-to)");
    }
    return BareModel.of(source);
  }

  /// The folder is named after the model, unless the model is read from that folder.
  private Path named(BareModel model) {
    Path folder = Path.of(model.name());
    return folder.toAbsolutePath().normalize().equals(source.toAbsolutePath().normalize())
        ? Path.of(model.name() + "-bundle")
        : folder;
  }

  private void report(Path folder, JsonNode ports) {
    PrintWriter out = out();
    out.println(folder.resolve("bundle.json"));
    for (String side : new String[] {"inputs", "outputs"}) {
      for (JsonNode port : ports.path(side)) {
        out.printf(
            "  %-7s %s %s %s%n",
            side.substring(0, side.length() - 1),
            port.path("name").asText(),
            port.path("dtype").asText(),
            port.path("shape").toString());
      }
    }
  }

  private void tell(List<String> beside, List<String> tokenizer, List<String> outputs) {
    PrintWriter out = out();
    LocalBundle.tell(out, beside);
    tokenizer.forEach(file -> out.printf("  with %s, for a step of the manifest to read%n", file));
    if (stripZipMap) {
      out.printf(
          "%s%n",
          outputs.isEmpty()
              ? "  it contains no ZipMap: the model is unchanged"
              : "  without its ZipMap: returns " + String.join(", ", outputs) + " as a tensor");
    }
  }

  private PrintWriter out() {
    return new TerminalWriter(Objects.requireNonNull(spec).commandLine().getOut());
  }
}
