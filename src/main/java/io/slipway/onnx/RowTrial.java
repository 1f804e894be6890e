package io.slipway.onnx;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Digest;
import io.slipway.bundle.GoldenExample;
import io.slipway.bundle.InputSchema;
import io.slipway.bundle.Sharing;
import io.slipway.bundle.Sharing.Verdict;
import io.slipway.onnx.graph.OnnxNodes;
import io.slipway.onnx.graph.OnnxNodesReader;
import io.slipway.onnx.rows.RowAnalysis;
import io.slipway.onnx.rows.RowVerdict;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Graph.Port;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Determines whether rows may share a run of a model. Two proofs are required, as each covers what
/// the other cannot. The graph must keep rows apart whatever their content ([RowAnalysis]). And so
/// must the runtime, which is tested with unlike rows in runs of many sizes:
///
/// - In two runs of equal length, a row at the same position has bit for bit the same result,
///   whatever the rows beside it are.
/// - Beside others a row has the same result as alone, except for the last bits: float32 sums are
///   added up in another order for one row than for many. A number may differ by half of the
///   examples' tolerance, and by at most 1e-5, relative to the largest number of its row where that
///   exceeds 1. Integers and strings must be equal; where the graph itself rounds ([#ROUNDING]),
///   everything must be, since a tiny difference may become a large one there.
final class RowTrial {
  private static final int[] SIZES = {2, 3, 7, 16, 64};
  private static final int ROUNDS = 4;
  private static final int MOST_EXAMPLES = 24;
  private static final int MOST_REFERENCES = 24;
  private static final double DEFAULT_BOUND = 5e-6;
  private static final double MOST_BOUND = 1e-5;

  /// The time after which no further trial starts; the first rows are tried regardless.
  private static final long NANOS = TimeUnit.SECONDS.toNanos(2);

  /// Operators whose output is not continuous in their input.
  private static final List<String> ROUNDING = List.of("QuantizeLinear", "Round", "Floor", "Ceil");

  private final BundleModel model;
  private final Bundle bundle;
  private final Random random;
  private final long begun = System.nanoTime();

  private RowTrial(BundleModel model, Bundle bundle) {
    this.model = model;
    this.bundle = bundle;
    // The same rows at every start, so that the proof is reproducible.
    this.random = new Random(seed(bundle.digest()));
  }

  private static long seed(Digest digest) {
    long seed = 0;
    for (byte b : digest.bytes()) {
      seed = 31 * seed + b;
    }
    return seed;
  }

  /// The verdict for `model`, which reproduces the examples of `bundle`.
  static Sharing of(BundleModel model, Bundle bundle) {
    if (!bundle.manifest().model().batching()) {
      return new Sharing(Verdict.FORBIDDEN, "the manifest says \"batching\": false");
    }
    String single = single(model, bundle);
    if (single != null) {
      return new Sharing(Verdict.SINGLE, single);
    }
    String file = bundle.manifest().model().file();
    OnnxNodes nodes = OnnxNodesReader.read(file, bundle.path(file));
    RowVerdict shown = RowAnalysis.of(nodes, model.pipeline().shapes(), model.wanted());
    return switch (shown) {
      case RowVerdict.Mixes mixes -> new Sharing(Verdict.MIXES, mixes.toString());
      case RowVerdict.Undecided open -> new Sharing(Verdict.UNDECIDED, open.toString());
      case RowVerdict.Apart _ when bundle.manifest().input() instanceof InputSchema.Tensors ->
          // A model may never end on generated inputs, and a trial would be of no use: tensors of
          // two callers are never combined.
          new Sharing(
              Verdict.PROVEN,
              "no operator of the graph mixes rows; whole tensors run as each caller sends them");
      case RowVerdict.Apart _ -> {
        try (Arena arena = Arena.ofConfined()) {
          RowTrial trial = new RowTrial(model, bundle);
          yield trial.run(arena, rounds(nodes) ? 0 : bound(bundle));
        }
      }
    };
  }

  /// Why only one row fits into a run; null where several do.
  private static @Nullable String single(BundleModel model, Bundle bundle) {
    for (Map.Entry<String, Port> input : model.signature().inputs().entrySet()) {
      List<Long> shape = input.getValue().shape();
      if (!shape.isEmpty() && shape.getFirst() >= 0) {
        return "the first dimension of the input \""
            + input.getKey()
            + "\" is "
            + shape.getFirst()
            + ", so rows run one by one";
      }
    }
    boolean whole = bundle.manifest().input() instanceof InputSchema.Tensors;
    return whole || model.pipeline().batches()
        ? null
        : "rows differ in size, so they run one by one";
  }

  private static double bound(Bundle bundle) {
    return bundle.manifest().examples() == null
        ? DEFAULT_BOUND
        : Math.min(bundle.manifest().examples().tolerance() / 2, MOST_BOUND);
  }

  private static boolean rounds(OnnxNodes nodes) {
    return rounds(nodes.graph().nodes())
        || nodes.functions().values().stream().anyMatch(function -> rounds(function.nodes()));
  }

  private static boolean rounds(List<OnnxNodes.Node> nodes) {
    return nodes.stream()
        .anyMatch(
            node ->
                ROUNDING.contains(node.operator())
                    || node.attributes().values().stream()
                        .anyMatch(a -> a.graph() != null && rounds(a.graph().nodes())));
  }

  private Sharing run(Arena arena, double bound) {
    List<TrialRow> rows = new ArrayList<>();
    for (Map<String, Tensor> inputs : originals(arena)) {
      add(inputs, rows, false);
    }
    int given = rows.size();
    for (int i = 0; i < given && i < MOST_EXAMPLES && !over(); i++) {
      for (Map<String, Tensor> variant : RowVariants.of(rows.get(i).inputs(), random)) {
        add(variant, rows, true);
      }
    }
    if (rows.isEmpty()) {
      return new Sharing(Verdict.UNDECIDED, "no row could be tried");
    }
    int runs = 0;
    int largest = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (int size : SIZES) {
        if (runs >= 2 && over()) {
          break;
        }
        List<TrialRow> mates = TrialRow.some(rows, size, round, random);
        String different;
        try {
          different = tried(mates, TrialRow.others(mates, rows, random), bound);
        } catch (ModelFailure.OutOfMemory e) {
          // In service such a run is split.
          continue;
        } catch (ModelFailure e) {
          different = "the model fails: " + e.getMessage();
        }
        if (different != null) {
          return new Sharing(Verdict.DIFFERS, "in a run of " + size + " rows " + different);
        }
        runs += 2;
        largest = Math.max(largest, size);
      }
    }
    return runs == 0
        ? new Sharing(Verdict.UNDECIDED, "no two rows fit into the memory of a run")
        : new Sharing(
            Verdict.PROVEN,
            "no operator of the graph mixes rows; "
                + rows.size()
                + " unlike rows came out of "
                + runs
                + " shared runs, of up to "
                + largest
                + " rows, equal bit for bit whatever is beside them, and "
                + (bound == 0
                    ? "as they do alone"
                    : "within " + bound + " of what they are alone"));
  }

  private @Nullable String tried(List<TrialRow> mates, List<TrialRow> others, double bound) {
    Map<String, Tensor> one = TrialRow.together(mates, model);
    String different = TrialRow.difference(mates, one, bound);
    if (different != null) {
      return different;
    }
    Map<String, Tensor> two = TrialRow.together(others, model);
    different = TrialRow.difference(others, two, bound);
    return different != null ? different : TrialRow.influence(mates, one, others, two);
  }

  private boolean over() {
    return System.nanoTime() - begun > NANOS;
  }

  /// Adds the row if it can be run alone and gives finite numbers.
  private void add(Map<String, Tensor> inputs, List<TrialRow> rows, boolean outlier) {
    if (rows.size() > 1 && over()) {
      return;
    }
    try {
      TrialRow row = TrialRow.alone(inputs, model, outlier);
      if (row != null) {
        rows.add(row);
      }
    } catch (ModelFailure e) {
      // A row that the model refuses is no evidence about others.
      return;
    }
  }

  /// The examples and the reference rows; generated rows where there are none.
  private List<Map<String, Tensor>> originals(Arena arena) {
    List<Map<String, Tensor>> rows = new ArrayList<>();
    for (Frame frame : frames()) {
      try {
        rows.add(model.pipeline().encode(List.of(frame), arena));
      } catch (RefusedInput e) {
        continue;
      }
    }
    return rows.isEmpty() ? MadeRows.of(model, random) : rows;
  }

  private List<Frame> frames() {
    List<Frame> frames = new ArrayList<>();
    List<GoldenExample> examples = bundle.examples();
    int step = Math.max(1, examples.size() / MOST_EXAMPLES);
    for (int i = 0; i < examples.size() && frames.size() < MOST_EXAMPLES; i += step) {
      frames.add(GoldenCheck.frame(model, bundle, examples.get(i)));
    }
    ReferenceRows.read(bundle, MOST_REFERENCES)
        .forEach(
            object -> {
              try {
                Frame frame = model.pipeline().reader().readObject(object);
                model.pipeline().apply(frame);
                frames.add(frame);
              } catch (RefusedInput e) {
                // Raw training objects may contain values that callers may not send.
                return;
              }
            });
    return frames;
  }
}
