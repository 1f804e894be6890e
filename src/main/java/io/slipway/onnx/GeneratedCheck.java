package io.slipway.onnx;

import io.slipway.bundle.Finding;
import io.slipway.pipeline.frame.Graph.Port;
import io.slipway.pipeline.frame.Tensor;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs a model of tensors on inputs made up from its declared shapes, where there are no examples:
/// first dimension 1 and then 2 where it is symbolic; other symbolic dimensions the first of a few
/// sizes that works, since an image of one pixel is too small for many a network.
final class GeneratedCheck {
  private static final long[] SIZES = {1, 2, 8, 32, 224};
  private static final long MOST_ELEMENTS = 1L << 26;

  private GeneratedCheck() {}

  /// @param file the model's, for findings
  static List<Finding> run(BundleModel model, String file) {
    Map<String, Port> inputs = model.signature().inputs();
    boolean inner =
        inputs.values().stream()
            .anyMatch(port -> port.shape().stream().skip(1).anyMatch(d -> d < 0));
    boolean batch =
        inputs.values().stream().anyMatch(p -> !p.shape().isEmpty() && p.shape().getFirst() < 0);
    String failure = "";
    for (long size : inner ? SIZES : new long[] {1}) {
      String first = attempt(model, inputs, 1, size);
      if (first == null) {
        String second = batch ? attempt(model, inputs, 2, size) : null;
        return second == null
            ? List.of()
            : List.of(
                new Finding(
                    "batch_fails",
                    file,
                    "the model declares that its first dimension is free, and fails where it is 2: "
                        + second));
      }
      failure = first;
    }
    return List.of(
        new Finding(
            "model_fails", file, "the model fails on inputs as it declares them: " + failure));
  }

  /// Why it fails; null where it does not.
  private static @Nullable String attempt(
      BundleModel model, Map<String, Port> inputs, long batch, long size) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, Port> input : inputs.entrySet()) {
      long[] shape = new long[input.getValue().shape().size()];
      long elements = 1;
      for (int i = 0; i < shape.length; i++) {
        long declared = input.getValue().shape().get(i);
        shape[i] = declared >= 0 ? declared : i == 0 ? batch : size;
        elements = shape[i] > MOST_ELEMENTS ? Long.MAX_VALUE : elements * shape[i];
        if (elements > MOST_ELEMENTS) {
          return "the input \"" + input.getKey() + "\" has too many elements";
        }
      }
      tensors.put(input.getKey(), tensor(input.getValue().dtype(), shape, (int) elements));
    }
    try {
      model.run(tensors);
      return null;
    } catch (ModelFailure e) {
      return e.getMessage();
    }
  }

  private static Tensor tensor(String dtype, long[] shape, int elements) {
    return switch (dtype) {
      case "float32" -> {
        FloatBuffer data = FloatBuffer.allocate(elements);
        Arrays.fill(data.array(), 0.5f);
        yield new Tensor.Floats(shape, data);
      }
      case "float64" -> {
        DoubleBuffer data = DoubleBuffer.allocate(elements);
        Arrays.fill(data.array(), 0.5);
        yield new Tensor.Doubles(shape, data);
      }
      case "int64" -> new Tensor.Longs(shape, LongBuffer.allocate(elements));
      case "int32" -> new Tensor.Ints(shape, IntBuffer.allocate(elements));
      case "bool" -> new Tensor.Booleans(shape, ByteBuffer.allocate(elements));
      case "uint8" -> new Tensor.Bytes(shape, ByteBuffer.allocate(elements), false);
      case "int8" -> new Tensor.Bytes(shape, ByteBuffer.allocate(elements), true);
      case "int16" -> bits(shape, elements, Tensor.Kind.INT16);
      case "uint16" -> bits(shape, elements, Tensor.Kind.UINT16);
      case "uint32" -> bits(shape, elements, Tensor.Kind.UINT32);
      case "uint64" -> bits(shape, elements, Tensor.Kind.UINT64);
      case "float16" -> bits(shape, elements, Tensor.Kind.FLOAT16);
      case "bfloat16" -> bits(shape, elements, Tensor.Kind.BFLOAT16);
      case "string" -> {
        String[] data = new String[elements];
        Arrays.fill(data, "a");
        yield new Tensor.Strings(shape, data);
      }
      default -> throw new ModelFailure.Failed("no input of " + dtype + " can be made");
    };
  }

  private static Tensor bits(long[] shape, int elements, Tensor.Kind kind) {
    return new Tensor.Bits(shape, ByteBuffer.allocate(elements * kind.bytes()), kind);
  }
}
