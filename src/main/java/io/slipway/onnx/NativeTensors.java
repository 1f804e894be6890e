package io.slipway.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import io.slipway.pipeline.frame.Tensor;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Conversion between our tensors and ONNX Runtime's.
final class NativeTensors {
  /// The memory of an empty string and its reference.
  private static final long STRING_BYTES = 48;

  private NativeTensors() {}

  /// A native view of `tensor`; the caller closes it. Direct buffers are shared, not copied.
  static OnnxTensor open(String name, Tensor tensor) throws OrtException {
    OrtEnvironment env = OnnxRuntime.environment();
    checkShape(name, tensor);
    // Duplicates, as the runtime changes the position of buffers that it copies.
    return switch (tensor) {
      case Tensor.Floats t -> OnnxTensor.createTensor(env, t.data().duplicate(), t.shape());
      case Tensor.Doubles t -> OnnxTensor.createTensor(env, t.data().duplicate(), t.shape());
      case Tensor.Longs t -> OnnxTensor.createTensor(env, t.data().duplicate(), t.shape());
      case Tensor.Ints t -> OnnxTensor.createTensor(env, t.data().duplicate(), t.shape());
      case Tensor.Booleans t ->
          OnnxTensor.createTensor(env, t.data().duplicate(), t.shape(), OnnxJavaType.BOOL);
      case Tensor.Bytes t ->
          OnnxTensor.createTensor(
              env,
              t.data().duplicate(),
              t.shape(),
              t.signed() ? OnnxJavaType.INT8 : OnnxJavaType.UINT8);
      case Tensor.Bits t -> NativeBits.open(t);
      case Tensor.Strings t -> {
        for (String text : t.data()) {
          if (text == null) {
            throw new ModelFailure.Failed("the tensor \"" + name + "\" has a null string");
          }
        }
        yield NativeStrings.open(t.data(), t.shape());
      }
    };
  }

  private static void checkShape(String name, Tensor tensor) {
    long elements =
        switch (tensor) {
          case Tensor.Floats t -> t.data().remaining();
          case Tensor.Doubles t -> t.data().remaining();
          case Tensor.Longs t -> t.data().remaining();
          case Tensor.Ints t -> t.data().remaining();
          case Tensor.Booleans t -> t.data().remaining();
          case Tensor.Bytes t -> t.data().remaining();
          case Tensor.Bits t -> t.count();
          case Tensor.Strings t -> t.data().length;
        };
    long expected = 1;
    for (long dimension : tensor.shape()) {
      // -1, which no element count equals, for a negative dimension or an overflow
      expected =
          dimension < 0 || Math.multiplyHigh(expected, dimension) != 0 ? -1 : expected * dimension;
      if (expected < 0) {
        break;
      }
    }
    if (expected != elements) {
      throw new ModelFailure.Failed(
          "the tensor \""
              + name
              + "\" has "
              + elements
              + " elements, which is not its shape "
              + Arrays.toString(tensor.shape()));
    }
  }

  /// The heap memory that [#read] needs.
  static long bytes(String name, OnnxValue value) throws OrtException {
    if (!(value instanceof OnnxTensor tensor)) {
      throw noTensor(name);
    }
    TensorInfo info = tensor.getInfo();
    return info.onnxType == TensorInfo.OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING
        ? info.getNumElements() * STRING_BYTES + NativeStrings.length(tensor)
        : info.getNumElements() * info.type.size;
  }

  private static ModelFailure.Failed noTensor(String name) {
    return new ModelFailure.Failed("the output \"" + name + "\" is not a tensor");
  }

  /// A copy of the native tensor on the heap.
  static Tensor read(String name, OnnxValue value) throws OrtException {
    if (!(value instanceof OnnxTensor tensor)) {
      throw noTensor(name);
    }
    TensorInfo info = tensor.getInfo();
    long[] shape = info.getShape();
    return switch (info.onnxType) {
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> new Tensor.Floats(shape, tensor.getFloatBuffer());
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE ->
          new Tensor.Doubles(shape, tensor.getDoubleBuffer());
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> new Tensor.Longs(shape, tensor.getLongBuffer());
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> new Tensor.Ints(shape, tensor.getIntBuffer());
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> new Tensor.Booleans(shape, tensor.getByteBuffer());
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 ->
          new Tensor.Bytes(shape, tensor.getByteBuffer(), false);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 ->
          new Tensor.Bytes(shape, tensor.getByteBuffer(), true);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> bits(tensor, shape, Tensor.Kind.INT16);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> bits(tensor, shape, Tensor.Kind.UINT16);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> bits(tensor, shape, Tensor.Kind.UINT32);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 -> bits(tensor, shape, Tensor.Kind.UINT64);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> bits(tensor, shape, Tensor.Kind.FLOAT16);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> bits(tensor, shape, Tensor.Kind.BFLOAT16);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING ->
          new Tensor.Strings(
              shape, NativeStrings.read(tensor, Math.toIntExact(info.getNumElements())));
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED,
          ONNX_TENSOR_ELEMENT_DATA_TYPE_COMPLEX64,
          ONNX_TENSOR_ELEMENT_DATA_TYPE_COMPLEX128,
          ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E4M3FN,
          ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E4M3FNUZ,
          ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E5M2,
          ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E5M2FNUZ ->
          throw new ModelFailure.Failed(
              "the output \"" + name + "\" has the unsupported type " + dtype(info.onnxType));
    };
  }

  /// The name of an element type in bundles.
  static String dtype(TensorInfo.OnnxTensorType type) {
    return switch (type) {
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> "float32";
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> "float64";
      default ->
          type.name()
              .substring("ONNX_TENSOR_ELEMENT_DATA_TYPE_".length())
              .toLowerCase(java.util.Locale.ROOT);
    };
  }

  private static Tensor bits(OnnxTensor tensor, long[] shape, Tensor.Kind kind) {
    return new Tensor.Bits(shape, tensor.getByteBuffer().order(ByteOrder.nativeOrder()), kind);
  }
}
