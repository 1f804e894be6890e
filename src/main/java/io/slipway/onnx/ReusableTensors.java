package io.slipway.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.slipway.pipeline.Pipeline;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.frame.Tensors;
import io.slipway.pipeline.tensor.RowTensors;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The input and output tensors of one row, with their memory: allocated once for a graph, and
/// reused for one row after the other. For one run at a time.
final class ReusableTensors implements AutoCloseable {
  private final RowTensors row;
  private final Map<String, OnnxTensor> inputs = new HashMap<>();
  private final Map<String, OnnxTensor> pinned = new HashMap<>();
  private final Map<String, Tensor> outputs = new HashMap<>();

  private ReusableTensors(RowTensors row) {
    this.row = row;
  }

  /// Tensors for the graph of `signature`; null where an input or output is of unknown size, or
  /// large.
  ///
  /// @param wanted the outputs to compute
  /// @param bounds the limits of a run
  static @Nullable ReusableTensors open(
      Pipeline pipeline, Graph.Signature signature, Set<String> wanted, RunBounds bounds) {
    // Freed with the last reference, even where the tensors are never closed.
    RowTensors row = pipeline.oneRow(Arena.ofAuto());
    if (row == null) {
      return null;
    }
    ReusableTensors tensors = new ReusableTensors(row);
    try {
      for (Map.Entry<String, Tensor> input : row.tensors().entrySet()) {
        tensors.inputs.put(input.getKey(), NativeTensors.open(input.getKey(), input.getValue()));
      }
      for (String name : wanted) {
        Tensor output = output(signature.outputs().get(name), bounds.outputBytes());
        if (output == null) {
          tensors.close();
          return null;
        }
        tensors.outputs.put(name, output);
        tensors.pinned.put(name, NativeTensors.open(name, output));
      }
      return tensors;
    } catch (OrtException | RuntimeException e) {
      tensors.close();
      throw new ModelFailure.Failed("no tensors for one row: " + e.getMessage());
    }
  }

  /// The buffer for an output of one row; null where its size or type is unknown, or it has more
  /// than `most` bytes.
  private static @Nullable Tensor output(Graph.@Nullable Port port, long most) {
    if (port == null || port.shape().isEmpty() || port.shape().getFirst() > 1) {
      return null;
    }
    List<Long> dims = port.shape().subList(1, port.shape().size());
    if (dims.stream().anyMatch(d -> d < 1)
        || !Set.of("float32", "float64").contains(port.dtype())) {
      return null;
    }
    long[] shape = new long[dims.size() + 1];
    shape[0] = 1;
    for (int i = 0; i < dims.size(); i++) {
      shape[i + 1] = dims.get(i);
    }
    long elements = Tensor.count(shape);
    if (elements > most / Double.BYTES || elements > Integer.MAX_VALUE / Double.BYTES) {
      return null;
    }
    int count = (int) elements;
    return port.dtype().equals("float32")
        ? new Tensor.Floats(shape, Tensors.direct(4L * count).asFloatBuffer())
        : new Tensor.Doubles(shape, Tensors.direct(8L * count).asDoubleBuffer());
  }

  /// Sets the inputs to `frame`.
  void fill(Frame frame) {
    row.fill(frame);
    row.tensors()
        .forEach(
            (name, tensor) -> {
              OnnxTensor value = inputs.get(name);
              if (tensor instanceof Tensor.Strings strings && value != null) {
                NativeStrings.fill(value, strings.data());
              }
            });
  }

  Map<String, OnnxTensor> inputs() {
    return inputs;
  }

  Map<String, OnnxTensor> pinned() {
    return pinned;
  }

  /// The outputs of the last run; valid until the next one.
  Map<String, Tensor> outputs() {
    return outputs;
  }

  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
    pinned.values().forEach(OnnxTensor::close);
  }
}
