package io.slipway.onnx;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.InvalidBundle;
import io.slipway.bundle.Output;
import io.slipway.bundle.Sharing;
import io.slipway.pipeline.Pipeline;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.Tensor;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The pipeline and the open graphs of one version: everything that predicting needs. Thread-safe;
/// immutable once [#sharing] is set. It may be closed while other threads predict; their calls then
/// end in [ModelFailure.Closed].
public final class BundleModel implements AutoCloseable {
  private final Pipeline pipeline;
  private final OnnxModel model;
  private final List<OnnxModel> graphs;
  private final Set<String> wanted;
  private final long memoryBytes;
  private final ReusableTensorsPool reusable;
  private final FamiliarShapes familiar;

  /// Set once, before the model serves.
  private volatile Sharing sharing = Sharing.UNTRIED;

  private BundleModel(
      Pipeline pipeline,
      OnnxModel model,
      List<OnnxModel> graphs,
      Set<String> wanted,
      RunBounds bounds,
      long memoryBytes) {
    this.pipeline = pipeline;
    this.model = model;
    this.graphs = graphs;
    this.wanted = wanted;
    this.memoryBytes = memoryBytes;
    this.familiar = new FamiliarShapes(model.signature(), pipeline.batches());
    this.reusable =
        new ReusableTensorsPool(
            () -> ReusableTensors.open(pipeline, model.signature(), wanted, bounds));
  }

  /// As [#open(Bundle, int, RunBounds, Optimization)], with one thread per run, the default bounds,
  /// and full optimisation.
  public static BundleModel open(Bundle bundle) {
    return open(bundle, 1, RunBounds.DEFAULT, Optimization.ALL);
  }

  /// Opens the graphs of `bundle` and compiles its pipeline.
  ///
  /// @param threads that share one run of a graph: several make a run of many milliseconds shorter,
  ///       but double the processor time of a short one
  /// @param bounds the limits of each graph's runs
  /// @param optimization how far each graph is optimised
  /// @throws InvalidBundle with all findings
  /// @throws ModelFailure.Stopping where the process is shutting down
  public static BundleModel open(
      Bundle bundle, int threads, RunBounds bounds, Optimization optimization) {
    Map<Path, OnnxModel> graphs = new HashMap<>();
    Opener opener = new Opener(threads, bounds, optimization);
    try {
      String file = bundle.manifest().model().file();
      OnnxModel model = graph(bundle.path(file), file, opener, graphs);
      Pipeline pipeline =
          Pipeline.compile(
              bundle,
              model.signature(),
              path -> graph(path, bundle.folder().relativize(path).toString(), opener, graphs));
      return new BundleModel(
          pipeline,
          model,
          List.copyOf(graphs.values()),
          wanted(bundle.manifest().output(), model.signature()),
          bounds,
          weight(bundle));
    } catch (RuntimeException | Error e) {
      graphs.values().forEach(OnnxModel::close);
      throw e;
    }
  }

  /// The options for opening each graph of a bundle.
  private record Opener(int threads, RunBounds bounds, Optimization optimization) {}

  private static OnnxModel graph(
      Path path, String name, Opener opener, Map<Path, OnnxModel> graphs) {
    OnnxModel open = graphs.get(path);
    if (open == null) {
      try {
        open = OnnxModel.open(path, opener.threads(), opener.bounds(), opener.optimization());
      } catch (ModelFailure.Refused e) {
        throw new InvalidBundle(e.code(), name, String.valueOf(e.getMessage()));
      }
      graphs.put(path, open);
    }
    return open;
  }

  /// The outputs that the decision needs; others, such as a label beside the probabilities, are not
  /// computed.
  private static Set<String> wanted(Output output, Graph.Signature signature) {
    Set<String> all = signature.outputs().keySet();
    return switch (output) {
      case Output.Classification c -> some(all, c.probabilities(), c.logits());
      case Output.SigmoidProbability s -> some(all, s.tensor());
      case Output.Value v -> some(all, v.tensor());
      case Output.Tensors t -> t.names() == null ? all : Set.copyOf(t.names());
    };
  }

  private static Set<String> some(Set<String> all, @Nullable String... names) {
    for (String name : names) {
      if (name != null) {
        return Set.of(name);
      }
    }
    return all;
  }

  /// The size of the graphs and their data, without the examples.
  private static long weight(Bundle bundle) {
    return bundle.files().entrySet().stream()
        .filter(file -> !file.getKey().startsWith("examples") && !file.getKey().endsWith(".jsonl"))
        .mapToLong(file -> file.getValue().size())
        .sum();
  }

  /// The pipeline, which reads objects and runs the steps before [#predict].
  public Pipeline pipeline() {
    return pipeline;
  }

  /// The inputs and outputs of the model's graph.
  public Graph.Signature signature() {
    return model.signature();
  }

  /// Runs the graph on named tensors, for all outputs.
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    return model.run(inputs);
  }

  /// As [#run(Map)], for the outputs that decisions need.
  Map<String, Tensor> runWanted(Map<String, Tensor> inputs) {
    return model.run(inputs, wanted, new Phases(), null);
  }

  /// The outputs that decisions need.
  Set<String> wanted() {
    return wanted;
  }

  /// Whether rows share runs, with the reason.
  public Sharing sharing() {
    return sharing;
  }

  /// Whether rows of any callers are run together: where this is proven to change no answer, and
  /// they fit into one run. Whole tensors are never combined.
  public boolean rowsShareRuns() {
    return sharing.proven() && pipeline.batches();
  }

  /// Sets whether rows may share runs.
  void sharing(Sharing found) {
    sharing = found;
  }

  /// The estimated memory of the open model, in bytes.
  public long memoryBytes() {
    return memoryBytes;
  }

  /// As [#predict(List, Phases, RunHandle)], without a way to cancel it.
  public List<Prediction> predict(List<Frame> rows, Phases phases) {
    return predict(rows, phases, null);
  }

  /// Predicts rows that have passed [Pipeline#apply]. Rows of one size run together where that is
  /// proven to change no answer ([#sharing]); otherwise each runs alone.
  ///
  /// @param handle cancels the runs when another thread terminates it
  /// @return one prediction per row, in order
  /// @throws ModelFailure where the graph fails, was closed or cancelled, or where `handle` allows
  ///     familiar shapes only and no run over these has ended yet
  /// @throws io.slipway.pipeline.UnexpectedOutput where the output does not match the bundle
  public List<Prediction> predict(List<Frame> rows, Phases phases, @Nullable RunHandle handle) {
    if (rows.size() == 1) {
      return one(rows, phases, handle);
    }
    if (rowsShareRuns() && !rows.isEmpty()) {
      return pipeline.oneSize() ? together(rows, phases, handle) : bySize(rows, phases, handle);
    }
    List<Prediction> predictions = new ArrayList<>(rows.size());
    for (Frame row : rows) {
      predictions.addAll(one(List.of(row), phases, handle));
    }
    return predictions;
  }

  /// One run per size that occurs.
  private List<Prediction> bySize(List<Frame> rows, Phases phases, @Nullable RunHandle handle) {
    Map<List<Integer>, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      places.computeIfAbsent(pipeline.sizes(rows.get(i)), _ -> new ArrayList<>()).add(i);
    }
    if (places.size() == 1) {
      return together(rows, phases, handle);
    }
    Prediction[] predictions = new Prediction[rows.size()];
    for (List<Integer> alike : places.values()) {
      List<Frame> part = alike.stream().map(rows::get).toList();
      List<Prediction> predicted =
          part.size() == 1 ? one(part, phases, handle) : together(part, phases, handle);
      for (int i = 0; i < part.size(); i++) {
        predictions[alike.get(i)] = predicted.get(i);
      }
    }
    return List.of(predictions);
  }

  /// All rows in one run; in two halves where that needs too much memory.
  private List<Prediction> together(List<Frame> rows, Phases phases, @Nullable RunHandle handle) {
    try {
      return batch(rows, phases, handle);
    } catch (ModelFailure.OutOfMemory e) {
      if (rows.size() < 2) {
        throw e;
      }
      int half = rows.size() / 2;
      List<Prediction> predictions = new ArrayList<>(rows.size());
      predictions.addAll(together(rows.subList(0, half), phases, handle));
      predictions.addAll(together(rows.subList(half, rows.size()), phases, handle));
      return predictions;
    }
  }

  private List<Prediction> one(List<Frame> row, Phases phases, @Nullable RunHandle handle) {
    ReusableTensors tensors = reusable.take();
    if (tensors == null) {
      return batch(row, phases, handle);
    }
    try {
      long begin = System.nanoTime();
      tensors.fill(row.getFirst());
      long encoded = System.nanoTime();
      Map<String, Tensor> outputs = model.run(tensors, handle);
      long run = System.nanoTime();
      List<Prediction> predictions = pipeline.decode(outputs, 1);
      phases.add(encoded - begin, run - encoded, System.nanoTime() - run);
      return predictions;
    } catch (ModelFailure.Failed e) {
      // The graph fails on this row, or returns a larger output than declared, for which the
      // reusable tensors have no room.
      List<Prediction> predictions = batch(row, phases, handle);
      reusable.abolish();
      return predictions;
    } finally {
      reusable.back(tensors);
    }
  }

  /// Predicts any number of rows, with tensors allocated for them.
  List<Prediction> batch(List<Frame> rows, Phases phases, @Nullable RunHandle handle) {
    try (Arena arena = Arena.ofConfined()) {
      long begin = System.nanoTime();
      Map<String, Tensor> inputs = pipeline.encode(rows, arena);
      if (handle != null && handle.familiarOnly() && !familiar.know(inputs, rows.size())) {
        throw new ModelFailure.Unfamiliar();
      }
      long encoded = System.nanoTime();
      Map<String, Tensor> outputs = model.run(inputs, wanted, phases, handle);
      long run = System.nanoTime();
      familiar.add(inputs, rows.size());
      List<Prediction> predictions = pipeline.decode(outputs, rows.size());
      phases.add(encoded - begin, run - encoded, System.nanoTime() - run);
      return predictions;
    }
  }

  @Override
  public void close() {
    reusable.close();
    graphs.forEach(OnnxModel::close);
  }
}
