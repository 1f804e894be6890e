package io.slipway.onnx.graph;

import java.util.List;

/// The declared type of a graph's input or output.
public sealed interface OnnxType {

  /// @param dtype `float32`, `int64`, `string`, …, any element type of ONNX
  /// @param shape -1 where symbolic or unknown
  /// @param ranked false where the number of dimensions is not declared
  record Tensor(String dtype, List<Long> shape, boolean ranked) implements OnnxType {}

  record Sequence(OnnxType of) implements OnnxType {}

  record Mapping() implements OnnxType {}

  record Optional(OnnxType of) implements OnnxType {}

  record Sparse() implements OnnxType {}

  /// A value that only operators of some library understand.
  record Opaque() implements OnnxType {}

  /// A value without a declared type.
  record Untyped() implements OnnxType {}

  /// The type as words after "it is".
  default String words() {
    return switch (this) {
      case Tensor t -> "a tensor of " + t.dtype();
      case Sequence s -> "a sequence of " + several(s.of());
      case Mapping m -> "a map";
      case Optional o -> "an optional value: " + o.of().words();
      case Sparse s -> "a sparse tensor";
      case Opaque o -> "an opaque value";
      case Untyped u -> "of no declared type";
    };
  }

  private static String several(OnnxType type) {
    return switch (type) {
      case Tensor t -> t.dtype() + " tensors";
      case Mapping m -> "maps";
      case Sequence s -> "sequences";
      case Optional o -> "optional values";
      case Sparse s -> "sparse tensors";
      case Opaque o -> "opaque values";
      case Untyped u -> "values of no declared type";
    };
  }

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
      case 17 -> "float8e4m3fn";
      case 18 -> "float8e4m3fnuz";
      case 19 -> "float8e5m2";
      case 20 -> "float8e5m2fnuz";
      case 21 -> "uint4";
      case 22 -> "int4";
      case 23 -> "float4e2m1";
      case 24 -> "float8e8m0";
      case 25 -> "uint2";
      case 26 -> "int2";
      default -> "type " + code;
    };
  }
}
