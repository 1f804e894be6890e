package io.slipway.onnx;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleReader;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InputSchema;
import io.slipway.bundle.InvalidBundle;
import io.slipway.onnx.graph.OnnxGraphCheck;
import io.slipway.pipeline.frame.Graph;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Everything that a bundle must stand before it may serve, in this process: its graphs are read,
/// then opened, the chain is checked against the model, the examples are run.
///
/// What the runtime's own optimiser may be at fault for is tried again with less of it: what works
/// is kept.
final class Trial {
  /// How the stage begins in which graphs are opened.
  static final String OPENING = "opening ";

  /// The code of the remark that a model is right only with less optimisation.
  static final String LESS_OPTIMIZED = "less_optimized";

  /// Findings and remarks that a rewritten graph may be the reason of.
  private static final Set<String> CURABLE =
      Set.of("model_refused", "model_fails", "example_differs", GeneratedCheck.UNTRIED);

  /// A trial that has taken longer is not begun again.
  private static final Duration MOST = Duration.ofSeconds(20);

  /// How the stage ends in which a model runs on made-up inputs, which may be wild.
  static final String MADE_UP = " on inputs that were made up";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Bundle bundle;
  private final String file;
  private final RunBounds runs;
  private final boolean makeUp;
  private final Consumer<String> stage;

  private Trial(Bundle bundle, RunBounds runs, boolean makeUp, Consumer<String> stage) {
    this.bundle = bundle;
    this.file = bundle.manifest().model().file();
    this.runs = runs;
    this.makeUp = makeUp;
    this.stage = stage;
  }

  /// @param folder where the bundle was unpacked to
  /// @param runs what the runs of a graph may take
  /// @param makeUp whether a model of tensors without examples runs on made-up inputs; not where
  ///     it did not survive that
  /// @param stage hears what comes next, in words that complete "while"
  static ProbeReport of(Path folder, RunBounds runs, boolean makeUp, Consumer<String> stage) {
    try {
      stage.accept("reading the bundle");
      Bundle bundle = new BundleReader().open(folder);
      stage.accept("checking the graphs");
      List<Finding> findings = OnnxGraphCheck.check(bundle);
      return findings.isEmpty()
          ? new Trial(bundle, runs, makeUp, stage).run()
          : ProbeReport.refused(findings);
    } catch (InvalidBundle e) {
      return ProbeReport.refused(e.findings());
    } catch (RuntimeException | StackOverflowError e) {
      // Not foreseen: refused, and the developers can read the trace in the log.
      e.printStackTrace();
      return ProbeReport.refused(
          List.of(
              new Finding("probe_crashed", "bundle.json", "the check failed unexpectedly: " + e)));
    }
  }

  /// The report where an opening or a run does not end.
  ///
  /// @param what did not end
  static ProbeReport late(String what) {
    return ProbeReport.refused(List.of(new Finding("probe_timed_out", "bundle.json", what)));
  }

  private ProbeReport run() {
    long begun = System.nanoTime();
    ProbeReport first = with(Optimization.ALL);
    if (!makeUp || !curable(first)) {
      return first;
    }
    for (Optimization less :
        List.of(Optimization.EXTENDED, Optimization.BASIC, Optimization.NONE)) {
      if (System.nanoTime() - begun > MOST.toNanos()) {
        return first;
      }
      ProbeReport report = with(less);
      if (report.findings().isEmpty() && !curable(report)) {
        return report.with(lessOptimized(less, first));
      }
    }
    return first;
  }

  private static boolean curable(ProbeReport report) {
    return Stream.concat(report.findings().stream(), report.remarks().stream())
        .anyMatch(finding -> CURABLE.contains(finding.code()));
  }

  private Finding lessOptimized(Optimization less, ProbeReport first) {
    Finding why =
        Stream.concat(first.findings().stream(), first.remarks().stream())
            .findFirst()
            .orElseThrow();
    return new Finding(
        LESS_OPTIMIZED,
        file,
        "the runtime's optimiser breaks this graph, which is right without it: it is opened with"
            + " the optimisation \""
            + less.text()
            + "\" wherever it serves. With all of it: "
            + why.message());
  }

  private ProbeReport with(Optimization optimization) {
    String how =
        optimization == Optimization.ALL ? "" : " with the optimisation " + optimization.text();
    stage.accept(OPENING + file + how);
    try (BundleModel model = BundleModel.open(bundle, 1, runs, optimization)) {
      GoldenCheck.Result result = examples(model, how);
      RowCost cost =
          result.findings().isEmpty() ? RowCost.measure(model, bundle) : new RowCost(0, 0);
      return new ProbeReport(
          result.findings(),
          result.examples(),
          result.maxDifference(),
          0,
          json(model.signature()),
          cost,
          model.sharing(),
          result.remarks(),
          optimization);
    } catch (InvalidBundle e) {
      return ProbeReport.refused(e.findings());
    } catch (ModelFailure e) {
      return ProbeReport.refused(
          List.of(new Finding("model_fails", "bundle.json", String.valueOf(e.getMessage()))));
    }
  }

  private GoldenCheck.Result examples(BundleModel model, String how) {
    String running = "running " + file + how;
    boolean tensors = bundle.manifest().input() instanceof InputSchema.Tensors;
    if (!tensors || !bundle.examples().isEmpty()) {
      stage.accept(running);
      return GoldenCheck.run(model, bundle);
    }
    if (!makeUp) {
      return GoldenCheck.Result.without(List.of(), List.of(GeneratedCheck.crashed(file)));
    }
    stage.accept(running + MADE_UP);
    GeneratedCheck.Result made = GeneratedCheck.run(model, file, bundle.path(file));
    if (made.inputs() != null) {
      // Whether rows may share runs.
      GoldenCheck.run(model, bundle);
    }
    return GoldenCheck.Result.without(made.findings(), made.remarks());
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
