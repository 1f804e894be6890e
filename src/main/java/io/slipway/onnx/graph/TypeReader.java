package io.slipway.onnx.graph;

import java.util.ArrayList;
import java.util.List;

/// Reads the declared type of an input or output (`TypeProto`).
final class TypeReader {
  private static final int MOST_LEVELS = 8;
  private static final int MOST_DIMENSIONS = 64;

  private TypeReader() {}

  static OnnxType read(Wire type, int level) {
    OnnxType read = new OnnxType.Other();
    while (type.next()) {
      switch (type.field()) {
        case 1 -> read = tensor(type.message());
        case 4 -> read = sequence(type.message(), level);
        case 5 -> {
          type.skip();
          read = new OnnxType.Mapping();
        }
        default -> type.skip();
      }
    }
    return read;
  }

  private static OnnxType sequence(Wire sequence, int level) {
    if (level == MOST_LEVELS) {
      throw sequence.malformed("a type nested too deep");
    }
    OnnxType of = new OnnxType.Other();
    while (sequence.next()) {
      if (sequence.field() == 1) {
        of = read(sequence.message(), level + 1);
      } else {
        sequence.skip();
      }
    }
    return new OnnxType.Sequence(of);
  }

  private static OnnxType tensor(Wire tensor) {
    int dtype = 0;
    List<Long> shape = List.of();
    while (tensor.next()) {
      switch (tensor.field()) {
        case 1 -> dtype = (int) tensor.varint();
        case 2 -> shape = shape(tensor.message());
        default -> tensor.skip();
      }
    }
    return new OnnxType.Tensor(OnnxType.dtype(dtype), shape);
  }

  private static List<Long> shape(Wire shape) {
    List<Long> dimensions = new ArrayList<>();
    while (shape.next()) {
      if (shape.field() == 1) {
        dimensions.add(dimension(shape.message()));
      } else {
        shape.skip();
      }
    }
    if (dimensions.size() > MOST_DIMENSIONS) {
      throw shape.malformed("a tensor of " + dimensions.size() + " dimensions");
    }
    return List.copyOf(dimensions);
  }

  private static long dimension(Wire dimension) {
    long value = -1;
    while (dimension.next()) {
      if (dimension.field() == 1) {
        value = dimension.varint();
      } else {
        dimension.skip();
      }
    }
    return value;
  }
}
