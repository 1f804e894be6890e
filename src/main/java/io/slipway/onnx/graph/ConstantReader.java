package io.slipway.onnx.graph;

import io.slipway.onnx.graph.OnnxNodes.Constant;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a tensor of an ONNX file (`TensorProto`): its shape, and its values where they are few.
final class ConstantReader {
  private final int most;
  private final List<Long> shape = new ArrayList<>();
  private final List<String> strings = new ArrayList<>();
  private final List<@Nullable Long> values = new ArrayList<>();
  private String name = "";
  private int type;
  private boolean external;

  /// @param most the largest number of values that are kept
  ConstantReader(int most) {
    this.most = most;
  }

  /// The tensor's name; valid after reading.
  String name() {
    return name;
  }

  Constant read(Wire tensor) {
    // The type may follow the values.
    Wire again = tensor.again();
    while (tensor.next()) {
      switch (tensor.field()) {
        case 1 -> tensor.longs(shape, most);
        case 2 -> type = (int) tensor.varint();
        case 8 -> name = tensor.text();
        case 14 -> external |= tensor.varint() != 0;
        default -> tensor.skip();
      }
    }
    long count = count();
    boolean few = count <= most && !external;
    while (few && again.next()) {
      values(again);
    }
    return new Constant(
        OnnxType.dtype(type),
        List.copyOf(shape),
        few && values.size() == count && !values.isEmpty()
            ? Collections.unmodifiableList(values)
            : null,
        List.copyOf(strings));
  }

  private long count() {
    long count = 1;
    for (long dimension : shape) {
      if (dimension < 0 || dimension > Integer.MAX_VALUE) {
        return Long.MAX_VALUE;
      }
      count *= dimension;
      if (count > most) {
        return Long.MAX_VALUE;
      }
    }
    return count;
  }

  private void values(Wire tensor) {
    switch (tensor.field()) {
      case 4 -> {
        if (tensor.single()) {
          number(tensor.number());
        } else {
          ByteBuffer packed = tensor.content();
          while (packed.remaining() >= Float.BYTES) {
            number(packed.getFloat());
          }
        }
      }
      case 5, 7, 11 -> {
        List<Long> whole = new ArrayList<>();
        tensor.longs(whole, most);
        // Half-precision numbers are written as their bits.
        whole.forEach(value -> keep(type == 10 || type == 16 ? unknown() : value));
      }
      case 6 -> {
        String text = tensor.shortText();
        if (text != null && strings.size() < most) {
          strings.add(text);
        }
      }
      case 9 -> raw(tensor.content());
      case 10 -> {
        if (tensor.single()) {
          tensor.skip();
          keep(unknown());
        } else {
          ByteBuffer packed = tensor.content();
          while (packed.remaining() >= Double.BYTES) {
            number(packed.getDouble());
          }
        }
      }
      default -> tensor.skip();
    }
  }

  private void raw(ByteBuffer raw) {
    switch (type) {
      case 1 -> {
        while (raw.remaining() >= Float.BYTES) {
          number(raw.getFloat());
        }
      }
      case 11 -> {
        while (raw.remaining() >= Double.BYTES) {
          number(raw.getDouble());
        }
      }
      case 7 -> {
        while (raw.remaining() >= Long.BYTES) {
          keep(raw.getLong());
        }
      }
      case 6 -> {
        while (raw.remaining() >= Integer.BYTES) {
          keep((long) raw.getInt());
        }
      }
      case 2, 9 -> {
        while (raw.hasRemaining()) {
          keep((long) Byte.toUnsignedInt(raw.get()));
        }
      }
      case 3 -> {
        while (raw.hasRemaining()) {
          keep((long) raw.get());
        }
      }
      default -> {}
    }
  }

  private void number(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1L << 52;
    keep(whole ? (Long) (long) value : unknown());
  }

  /// Keeps one value more than allowed, which shows that there are too many.
  private void keep(@Nullable Long value) {
    if (values.size() <= most) {
      values.add(value);
    }
  }

  private static @Nullable Long unknown() {
    return null;
  }
}
