package io.slipway.onnx.graph;

import io.slipway.onnx.graph.OnnxNodes.Dimension;
import java.util.ArrayList;
import java.util.List;

/// Reads the declared type of an input or output (`TypeProto`).
final class TypeReader {
  private static final int MOST_LEVELS = 8;
  private static final int MOST_DIMENSIONS = 64;

  private TypeReader() {}

  static OnnxType read(Wire type, int level) {
    OnnxType read = new OnnxType.Untyped();
    while (type.next()) {
      switch (type.field()) {
        case 1 -> read = tensor(type.message());
        case 4 -> read = new OnnxType.Sequence(element(type.message(), level));
        case 5 -> {
          type.skip();
          read = new OnnxType.Mapping();
        }
        case 7 -> {
          type.skip();
          read = new OnnxType.Opaque();
        }
        case 8 -> {
          type.skip();
          read = new OnnxType.Sparse();
        }
        case 9 -> read = new OnnxType.Optional(element(type.message(), level));
        default -> type.skip();
      }
    }
    return read;
  }

  /// The element type of a sequence or an optional value.
  private static OnnxType element(Wire outer, int level) {
    if (level == MOST_LEVELS) {
      throw outer.malformed("a type nested too deep");
    }
    OnnxType of = new OnnxType.Untyped();
    while (outer.next()) {
      if (outer.field() == 1) {
        of = read(outer.message(), level + 1);
      } else {
        outer.skip();
      }
    }
    return of;
  }

  private static OnnxType tensor(Wire tensor) {
    int dtype = 0;
    List<Long> shape = null;
    while (tensor.next()) {
      switch (tensor.field()) {
        case 1 -> dtype = (int) tensor.varint();
        case 2 -> shape = shape(tensor.message()).stream().map(Dimension::size).toList();
        default -> tensor.skip();
      }
    }
    return new OnnxType.Tensor(
        OnnxType.dtype(dtype), shape == null ? List.of() : shape, shape != null);
  }

  /// Reads the dimensions of a tensor (`TensorShapeProto`).
  static List<Dimension> shape(Wire shape) {
    List<Dimension> dimensions = new ArrayList<>();
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

  private static Dimension dimension(Wire dimension) {
    long size = -1;
    String name = "";
    while (dimension.next()) {
      switch (dimension.field()) {
        case 1 -> size = dimension.varint();
        case 2 -> name = dimension.text();
        default -> dimension.skip();
      }
    }
    return new Dimension(size, name);
  }
}
