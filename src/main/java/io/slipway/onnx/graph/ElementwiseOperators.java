package io.slipway.onnx.graph;

import java.util.Set;

/// ONNX's own operators that compute each element of their output from the elements in the same
/// place of their inputs.
public final class ElementwiseOperators {
  /// Of one input; further ones, if any, are parameters.
  public static final Set<String> UNARY =
      Set.of(
          "Abs",
          "Acos",
          "Acosh",
          "Affine",
          "Asin",
          "Asinh",
          "Atan",
          "Atanh",
          "BitwiseNot",
          "Cast",
          "Ceil",
          "Celu",
          "Cos",
          "Cosh",
          "Elu",
          "Erf",
          "Exp",
          "Floor",
          "Gelu",
          "HardSigmoid",
          "HardSwish",
          "Identity",
          "ImageScaler",
          "IsInf",
          "IsNaN",
          "LeakyRelu",
          "Log",
          "Mish",
          "Neg",
          "Not",
          "ParametricSoftplus",
          "Reciprocal",
          "RegexFullMatch",
          "Relu",
          "Round",
          "ScaledTanh",
          "Selu",
          "Shrink",
          "Sigmoid",
          "Sign",
          "Sin",
          "Sinh",
          "Softplus",
          "Softsign",
          "Sqrt",
          "Swish",
          "Tan",
          "Tanh",
          "ThresholdedRelu");

  /// Of several inputs, with NumPy's broadcasting.
  public static final Set<String> BROADCASTING =
      Set.of(
          "Add",
          "And",
          "BitShift",
          "BitwiseAnd",
          "BitwiseOr",
          "BitwiseXor",
          "Clip",
          "Div",
          "Equal",
          "Greater",
          "GreaterOrEqual",
          "Less",
          "LessOrEqual",
          "Max",
          "Mean",
          "Min",
          "Mod",
          "Mul",
          "Or",
          "PRelu",
          "Pow",
          "StringConcat",
          "Sub",
          "Sum",
          "Where",
          "Xor");

  private ElementwiseOperators() {}
}
