package io.slipway.onnx.graph;

import java.util.List;

/// The declared type of a graph's input or output.
public sealed interface OnnxType {

  /// @param dtype `float32`, `int64`, `string`, …, in full as far as ONNX defines them
  /// @param shape -1 where symbolic or unknown
  record Tensor(String dtype, List<Long> shape) implements OnnxType {}

  record Sequence(OnnxType of) implements OnnxType {}

  record Mapping() implements OnnxType {}

  /// An optional or sparse or opaque value, or no type at all.
  record Other() implements OnnxType {}

  /// The name of element type `code` of `TensorProto.DataType`.
  static String dtype(int code) {
    return switch (code) {
      case 1 -> "float32";
      case 2 -> "uint8";
      case 3 -> "int8";
      case 4 -> "uint16";
      case 5 -> "int16";
      case 6 -> "int32";
      case 7 -> "int64";
      case 8 -> "string";
      case 9 -> "bool";
      case 10 -> "float16";
      case 11 -> "float64";
      case 12 -> "uint32";
      case 13 -> "uint64";
      case 14 -> "complex64";
      case 15 -> "complex128";
      case 16 -> "bfloat16";
      default -> "type " + code;
    };
  }
}
