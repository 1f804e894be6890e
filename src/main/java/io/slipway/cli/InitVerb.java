package io.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.InvalidBundle;
import io.slipway.bundle.Manifest;
import io.slipway.onnx.ProbeLimits;
import io.slipway.onnx.ProbeRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        "Begin a bundle from an ONNX file: a folder with the model and a manifest that is good as it"
            + " is (named tensors in, named tensors out), to be edited from there.",
    footer = {"", "Example: slipway init churn.onnx --output churn && slipway check churn"})
final class InitVerb implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Parameters(paramLabel = "MODEL.onnx")
  private Path model = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description = "the model's name by default; must not be there yet")
  private @Nullable Path output;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (!model.toString().endsWith(".onnx")) {
      throw new Failure.Misused(model + " is no .onnx file");
    }
    try (LocalBundle local = LocalBundle.at(model)) {
      Bundle bundle = local.read();
      String name = bundle.manifest().model().name();
      Path folder = output == null ? Path.of(name) : output;
      if (Files.exists(folder)) {
        throw new Failure.Misused(folder + " is there already");
      }
      JsonNode ports =
          JSON.readTree(new ProbeRunner(ProbeLimits.DEFAULT).run(bundle).signatureJson());
      Files.createDirectories(folder);
      Files.copy(model, folder.resolve("model.onnx"));
      Files.write(folder.resolve("bundle.json"), manifest(name));
      report(folder, ports);
      return 0;
    } catch (InvalidBundle e) {
      throw LocalBundle.refused(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] manifest(String name) throws IOException {
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("format", Manifest.FORMAT);
    manifest.putObject("model").put("name", name).put("file", "model.onnx");
    manifest.putObject("input").put("object", "tensors");
    manifest.putObject("output").put("kind", "tensors");
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
  }

  private void report(Path folder, JsonNode ports) {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    out.println(folder.resolve("bundle.json"));
    for (String side : new String[] {"inputs", "outputs"}) {
      for (JsonNode port : ports.path(side)) {
        out.printf(
            "  %-7s %s %s %s%n",
            side.substring(0, side.length() - 1),
            port.path("name").asText(),
            port.path("dtype").asText(),
            port.path("shape"));
      }
    }
  }
}
