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

/// The full check of a bundle, in this process: reads its graphs, opens them, checks the steps
/// against the model, and runs the examples.
///
/// Failures that the runtime's optimiser may have caused are tried again with less optimisation;
/// the first level that works is kept.
final class Trial {
  /// The prefix of the line with the next activity, as words after "while".
  static final String STAGE = "stage ";

  /// The prefix of the stage in which graphs are opened.
  static final String OPENING = "opening ";

  /// The code of the remark that a model is right only with less optimisation.
  static final String LESS_OPTIMIZED = "less_optimized";

  /// The findings and remarks that an optimised graph may cause.
  private static final Set<String> CURABLE =
      Set.of("model_refused", "model_fails", "example_differs", GeneratedCheck.UNTRIED);

  /// A check that has taken longer is not repeated.
  private static final Duration MOST = Duration.ofSeconds(20);

  /// The suffix of the stage in which a model runs on generated inputs.
  static final String MADE_UP = " on generated inputs";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Bundle bundle;
  private final String file;
  private final RunBounds runs;
  private final int from;
  private final Consumer<String> tell;

  private Trial(Bundle bundle, RunBounds runs, int from, Consumer<String> tell) {
    this.bundle = bundle;
    this.file = bundle.manifest().model().file();
    this.runs = runs;
    this.from = from;
    this.tell = tell;
  }

  /// @param folder with the unpacked bundle
  /// @param runs the limits of a graph's runs
  /// @param from the number of the first generated input for a tensor model without examples;
  ///     [GeneratedCheck#NO_INPUT]: none is tried
  /// @param tell receives each line of progress
  static ProbeReport of(Path folder, RunBounds runs, int from, Consumer<String> tell) {
    try {
      tell.accept(STAGE + "reading the bundle");
      Bundle bundle = new BundleReader().open(folder);
      tell.accept(STAGE + "checking the graphs");
      List<Finding> findings = OnnxGraphCheck.check(bundle);
      return findings.isEmpty()
          ? new Trial(bundle, runs, from, tell).run()
          : ProbeReport.refused(findings);
    } catch (InvalidBundle e) {
      return ProbeReport.refused(e.findings());
    } catch (RuntimeException | StackOverflowError e) {
      // Unexpected: the bundle is refused, and the log has the stack trace.
      e.printStackTrace();
      return ProbeReport.refused(
          List.of(
              new Finding("probe_crashed", "bundle.json", "the check failed unexpectedly: " + e)));
    }
  }

  /// The report where opening or running a graph does not end.
  ///
  /// @param what does not end
  static ProbeReport late(String what) {
    return ProbeReport.refused(List.of(new Finding(ProbeReport.LATE, "bundle.json", what)));
  }

  private ProbeReport run() {
    long begun = System.nanoTime();
    ProbeReport first = with(Optimization.ALL);
    if (from == GeneratedCheck.NO_INPUT || !curable(first)) {
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
        "the runtime's optimiser breaks this graph, which is right without it: it will be opened"
            + " with the optimisation \""
            + less.text()
            + "\" wherever it is served. With full optimisation: "
            + why.message());
  }

  private ProbeReport with(Optimization optimization) {
    String how =
        optimization == Optimization.ALL ? "" : " with the optimisation " + optimization.text();
    tell.accept(STAGE + OPENING + file + how);
    try (BundleModel model = BundleModel.open(bundle, 1, runs, optimization)) {
      GoldenCheck.Result result = examples(model, how);
      RowCost cost =
          result.findings().isEmpty() ? RowCost.measure(model, bundle) : new RowCost(0, 0);
      ReferenceCheck.Result reference = reference(model, result);
      return new ProbeReport(
          reference.findings(),
          result.examples(),
          result.maxDifference(),
          0,
          json(model.signature()),
          cost,
          model.sharing(),
          Stream.concat(result.remarks().stream(), reference.remarks().stream()).toList(),
          optimization,
          reference.baseline());
    } catch (InvalidBundle e) {
      return ProbeReport.refused(e.findings());
    } catch (ModelFailure e) {
      return ProbeReport.refused(
          List.of(new Finding("model_fails", "bundle.json", String.valueOf(e.getMessage()))));
    }
  }

  /// The result of the reference, with the findings of the examples.
  private ReferenceCheck.Result reference(BundleModel model, GoldenCheck.Result examples) {
    if (!examples.findings().isEmpty() || bundle.manifest().reference() == null) {
      return new ReferenceCheck.Result(examples.findings(), List.of(), null);
    }
    tell.accept(STAGE + "running " + bundle.manifest().reference().file());
    return ReferenceCheck.run(model, bundle);
  }

  private GoldenCheck.Result examples(BundleModel model, String how) {
    String running = "running " + file + how;
    boolean tensors = bundle.manifest().input() instanceof InputSchema.Tensors;
    if (!tensors || !bundle.examples().isEmpty()) {
      tell.accept(STAGE + running);
      return GoldenCheck.run(model, bundle);
    }
    if (from == GeneratedCheck.NO_INPUT) {
      return GoldenCheck.Result.without(List.of(), List.of());
    }
    tell.accept(STAGE + running + MADE_UP);
    GeneratedCheck.Result made = GeneratedCheck.run(model, file, bundle.path(file), from, tell);
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
