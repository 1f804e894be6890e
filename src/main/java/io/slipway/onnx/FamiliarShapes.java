package io.slipway.onnx;

import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The input shapes over which runs of one graph have ended. With an untried shape an operator may
/// never end, which must not happen on an event loop. The number of rows is ignored. Thread-safe.
final class FamiliarShapes {
  /// The most shapes that are remembered; calls with others run on workers.
  private static final int MOST = 4_096;

  private final boolean fixed;
  private final Set<List<Long>> seen = ConcurrentHashMap.newKeySet();

  /// @param batches whether the first dimension is the number of rows
  FamiliarShapes(Graph.Signature signature, boolean batches) {
    fixed =
        signature.inputs().values().stream()
            .allMatch(port -> port.shape().stream().skip(batches ? 1 : 0).allMatch(d -> d >= 0));
  }

  /// Whether a run over such inputs has ended, or the graph takes a single shape only.
  ///
  /// @param rows the first dimension, where it is the number of rows
  boolean know(Map<String, Tensor> inputs, int rows) {
    return fixed || seen.contains(shape(inputs, rows));
  }

  /// Records that a run over such inputs has ended.
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
