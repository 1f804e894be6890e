package io.slipway.onnx;

import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The shapes of inputs over which runs of one graph have ended. An operator may never end over a
/// shape that was not tried, and an event loop is no place to find that out. The number of rows
/// does not count. For all threads.
final class FamiliarShapes {
  /// Whoever sends more of them is served elsewhere.
  private static final int MOST = 4_096;

  private final boolean fixed;
  private final Set<List<Long>> seen = ConcurrentHashMap.newKeySet();

  /// @param batches whether the first dimension counts rows
  FamiliarShapes(Graph.Signature signature, boolean batches) {
    fixed =
        signature.inputs().values().stream()
            .allMatch(port -> port.shape().stream().skip(batches ? 1 : 0).allMatch(d -> d >= 0));
  }

  /// Whether a run over such inputs has ended, or the graph takes one shape only.
  ///
  /// @param rows that the first dimension counts, where it does
  boolean know(Map<String, Tensor> inputs, int rows) {
    return fixed || seen.contains(shape(inputs, rows));
  }

  /// A run over such inputs has ended.
  void add(Map<String, Tensor> inputs, int rows) {
    if (!fixed && seen.size() < MOST) {
      seen.add(shape(inputs, rows));
    }
  }

  private static List<Long> shape(Map<String, Tensor> inputs, int rows) {
    List<Long> all = new ArrayList<>();
    inputs.forEach(
        (_, tensor) -> {
          long[] shape = tensor.shape();
          all.add((long) shape.length);
          for (int i = 0; i < shape.length; i++) {
            all.add(i == 0 && shape[i] % rows == 0 ? shape[i] / rows : shape[i]);
          }
        });
    return all;
  }
}
