package io.slipway.onnx;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleReader;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;
import io.slipway.bundle.Sharing;
import io.slipway.onnx.graph.OnnxGraphCheck;
import io.slipway.pipeline.frame.Graph;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Everything that a bundle must stand before it may serve, in this process: its graphs are read,
/// then opened, the chain is checked against the model, the examples are run.
final class Trial {
  /// How the stage begins in which graphs are opened.
  static final String OPENING = "opening ";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Trial() {}

  /// @param folder where the bundle was unpacked to
  /// @param runs what the runs of a graph may take
  /// @param stage hears what comes next, in words that complete "while"
  static ProbeReport of(Path folder, RunBounds runs, Consumer<String> stage) {
    try {
      stage.accept("reading the bundle");
      Bundle bundle = new BundleReader().open(folder);
      String file = bundle.manifest().model().file();
      stage.accept("checking the graphs");
      List<Finding> findings = OnnxGraphCheck.check(bundle);
      if (!findings.isEmpty()) {
        return refused(findings);
      }
      stage.accept(OPENING + file);
      try (BundleModel model = BundleModel.open(bundle, 1, runs)) {
        stage.accept("running " + file);
        GoldenCheck.Result result = GoldenCheck.run(model, bundle);
        RowCost cost =
            result.findings().isEmpty() ? RowCost.measure(model, bundle) : new RowCost(0, 0);
        return new ProbeReport(
            result.findings(),
            result.examples(),
            result.maxDifference(),
            0,
            json(model.signature()),
            cost,
            model.sharing());
      }
    } catch (InvalidBundle e) {
      return refused(e.findings());
    } catch (ModelFailure e) {
      return refused(
          List.of(new Finding("model_fails", "bundle.json", String.valueOf(e.getMessage()))));
    } catch (RuntimeException | StackOverflowError e) {
      // Not foreseen: refused, and the developers can read the trace in the log.
      e.printStackTrace();
      return refused(
          List.of(
              new Finding("probe_crashed", "bundle.json", "the check failed unexpectedly: " + e)));
    }
  }

  /// The report where an opening or a run does not end.
  ///
  /// @param what did not end
  static ProbeReport late(String what) {
    return refused(List.of(new Finding("probe_timed_out", "bundle.json", what)));
  }

  private static ProbeReport refused(List<Finding> findings) {
    return new ProbeReport(findings, 0, 0, 0, "{}", new RowCost(0, 0), Sharing.UNTRIED);
  }

  private static String json(Graph.Signature signature) {
    ObjectNode json = JSON.createObjectNode();
    ports(json.putArray("inputs"), signature.inputs());
    ports(json.putArray("outputs"), signature.outputs());
    return json.toString();
  }

  private static void ports(ArrayNode into, Map<String, Graph.Port> ports) {
    ports.forEach(
        (name, port) -> {
          ObjectNode node = into.addObject().put("name", name).put("dtype", port.dtype());
          ArrayNode shape = node.putArray("shape");
          port.shape().forEach(shape::add);
        });
  }
}
