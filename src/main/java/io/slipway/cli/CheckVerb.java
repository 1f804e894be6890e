package io.slipway.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.InputSchema;
import io.slipway.bundle.InvalidBundle;
import io.slipway.onnx.ProbeLimits;
import io.slipway.onnx.ProbeReport;
import io.slipway.onnx.ProbeRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
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
    name = "check",
    description =
        "Check a bundle without a registry, with the registry's code: safety, the manifest, the"
            + " steps against the model's own inputs, and every golden example, in a separate"
            + " process.",
    footer = {"", "Example: slipway check models-sample/customer/v1"})
final class CheckVerb implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Parameters(paramLabel = "PATH", description = "a folder, a .zip or an .onnx file")
  private Path path = Path.of("");

  @Option(names = "--json", description = "print the report as JSON")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    try (LocalBundle local = LocalBundle.at(path)) {
      Bundle bundle = local.read();
      try {
        print(bundle, new ProbeRunner(ProbeLimits.DEFAULT).run(bundle), local.beside());
      } catch (InvalidBundle e) {
        throw local.refusal(e);
      }
      return 0;
    }
  }

  private void print(Bundle bundle, ProbeReport report, List<String> beside) {
    PrintWriter out = new TerminalWriter(Objects.requireNonNull(spec).commandLine().getOut());
    if (json) {
      out.println(asJson(bundle, report).toPrettyString());
      return;
    }
    out.printf("good: %s  %s%n", bundle.manifest().model().name(), bundle.digest());
    LocalBundle.tell(out, beside);
    out.printf("  %d files; %s%d ms%n", bundle.files().size(), reproduced(report), report.millis());
    out.printf(
        "  %s: %s%n",
        report.sharing().proven() ? "rows share runs" : "rows run one by one",
        report.sharing().why());
    if (report.examples() == 0) {
      boolean shown =
          !InputSchema.needsExamples(bundle.manifest().input().object()) && !report.untried();
      out.println(
          shown
              ? "  no golden examples: it ran on inputs generated from its declarations"
              : "  no golden examples: a registry promotes it only where the model's policy says"
                  + " {\"examples\": \"optional\"}");
    }
    report.remarks().forEach(remark -> out.printf("  %s: %s%n", remark.code(), remark.message()));
  }

  private static String reproduced(ProbeReport report) {
    return report.examples() == 0
        ? ""
        : "%d golden examples reproduced, largest difference %.2g; "
            .formatted(report.examples(), report.maxDifference());
  }

  private static ObjectNode asJson(Bundle bundle, ProbeReport report) {
    ObjectNode sharing =
        JSON.createObjectNode()
            .put("verdict", report.sharing().verdict().word())
            .put("why", report.sharing().why());
    try {
      return JSON.createObjectNode()
          .put("model", bundle.manifest().model().name())
          .put("digest", bundle.digest().toString())
          .put("files", bundle.files().size())
          .put("examples", report.examples())
          .put("max_difference", report.maxDifference())
          .put("millis", report.millis())
          .put("untried", report.untried())
          .put("optimization", report.optimization().text())
          .<ObjectNode>set("remarks", JSON.valueToTree(report.remarks()))
          .<ObjectNode>set("sharing", sharing)
          .set("signature", JSON.readTree(report.signatureJson()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
