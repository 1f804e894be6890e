package io.slipway.onnx.graph;

import io.slipway.onnx.graph.GraphFlow.Constant;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Reads type and shape of one tensor of a file (`TensorProto`), and its elements where they are
/// few whole numbers or texts.
final class FewValuesReader {
  private final int most;
  private final List<Long> shape = new ArrayList<>();
  private final List<Long> whole = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private String name = "";
  private String dtype = "";
  private ByteBuffer raw = ByteBuffer.allocate(0);

  /// @param most the most elements that are read
  FewValuesReader(int most) {
    this.most = most;
  }

  String name() {
    return name;
  }

  Constant read(Wire tensor) {
    while (tensor.next()) {
      switch (tensor.field()) {
        case 1 -> tensor.longs(shape::add);
        case 2 -> dtype = OnnxType.dtype((int) tensor.varint());
        case 5, 7 -> tensor.longs(this::add);
        case 6 -> {
          String text = tensor.shortText();
          if (text != null && texts.size() < most) {
            texts.add(text);
          }
        }
        case 8 -> name = tensor.text();
        case 9 -> raw = tensor.fewBytes(most * Long.BYTES);
        default -> tensor.skip();
      }
    }
    long count = 1;
    for (long dimension : shape) {
      count = dimension < 0 || dimension > most ? Long.MAX_VALUE : count * dimension;
      if (count > most) {
        return new Constant(dtype, List.copyOf(shape), null, null);
      }
    }
    fromRaw();
    return new Constant(
        dtype,
        List.copyOf(shape),
        whole.size() == count && isWhole() ? List.copyOf(whole) : null,
        texts.size() == count && dtype.equals("string") ? List.copyOf(texts) : null);
  }

  private boolean isWhole() {
    return switch (dtype) {
      case "int64", "int32", "int16", "int8", "uint8", "uint16", "bool" -> true;
      default -> false;
    };
  }

  private void add(long value) {
    if (whole.size() <= most) {
      whole.add(value);
    }
  }

  private void fromRaw() {
    ByteBuffer bytes = raw.order(ByteOrder.LITTLE_ENDIAN);
    switch (dtype) {
      case "int64" -> {
        while (bytes.remaining() >= Long.BYTES) {
          add(bytes.getLong());
        }
      }
      case "int32" -> {
        while (bytes.remaining() >= Integer.BYTES) {
          add(bytes.getInt());
        }
      }
      default -> {}
    }
  }
}
