package io.slipway.onnx;

import static io.slipway.onnx.NativeApi.POINTER;
import static io.slipway.onnx.NativeApi.SIZE;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import io.slipway.pipeline.frame.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Tensors with element types that Java lacks. ONNX Runtime's Java API supports those of 16 bits
/// but not the unsigned ones, so these are created through the C API over the same memory: without
/// a `Cast` in the graph and without copying.
@SuppressWarnings("restricted")
final class NativeBits {
  private static final int CREATE_TENSOR_WITH_DATA = 49;
  private static final int DEVICE_ALLOCATOR = 0;

  /// Initialised at the first call, when the runtime is loaded.
  private static final class Functions {
    static final MethodHandle CREATE =
        NativeApi.function(
            CREATE_TENSOR_WITH_DATA,
            FunctionDescriptor.of(
                POINTER, POINTER, POINTER, SIZE, POINTER, SIZE, ValueLayout.JAVA_INT, POINTER));
    static final MethodHandle TENSOR = constructor();
    static final MemorySegment MEMORY = NativeApi.processorMemory(DEVICE_ALLOCATOR);

    private static MethodHandle constructor() {
      try {
        Constructor<OnnxTensor> constructor =
            OnnxTensor.class.getDeclaredConstructor(
                long.class, long.class, TensorInfo.class, Buffer.class, boolean.class);
        constructor.setAccessible(true);
        return MethodHandles.lookup().unreflectConstructor(constructor);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private NativeBits() {}

  /// A tensor over the memory of `tensor`; the caller closes it.
  static OnnxTensor open(Tensor.Bits tensor) throws OrtException {
    OrtEnvironment env = OnnxRuntime.environment();
    ByteBuffer data = direct(tensor.data());
    long[] shape = tensor.shape();
    return switch (tensor.kind()) {
      case INT16 -> OnnxTensor.createTensor(env, data, shape, OnnxJavaType.INT16);
      case FLOAT16 -> OnnxTensor.createTensor(env, data, shape, OnnxJavaType.FLOAT16);
      case BFLOAT16 -> OnnxTensor.createTensor(env, data, shape, OnnxJavaType.BFLOAT16);
      case UINT16 -> unsigned(data, shape, 4, OnnxJavaType.INT16);
      case UINT32 -> unsigned(data, shape, 12, OnnxJavaType.INT32);
      case UINT64 -> unsigned(data, shape, 13, OnnxJavaType.INT64);
    };
  }

  private static ByteBuffer direct(ByteBuffer data) {
    if (data.isDirect()) {
      return data.duplicate().order(ByteOrder.nativeOrder());
    }
    return ByteBuffer.allocateDirect(data.remaining())
        .order(ByteOrder.nativeOrder())
        .put(data.duplicate())
        .flip();
  }

  /// @param type a value of `ONNXTensorElementDataType`
  /// @param signed the signed type of the same width, the closest that the Java API offers
  private static OnnxTensor unsigned(ByteBuffer data, long[] shape, int type, OnnxJavaType signed)
      throws OrtException {
    TensorInfo info = TensorInfo.constructFromBuffer(data, shape, signed);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(POINTER);
      NativeApi.check(
          (MemorySegment)
              Functions.CREATE.invokeExact(
                  Functions.MEMORY,
                  MemorySegment.ofBuffer(data),
                  (long) data.remaining(),
                  arena.allocateFrom(SIZE, shape),
                  (long) shape.length,
                  type,
                  value));
      // Passes the buffer along, which must live as long as the tensor.
      return (OnnxTensor)
          Functions.TENSOR.invokeExact(
              value.get(POINTER, 0).address(), 0L, info, (Buffer) data, false);
    } catch (Throwable e) {
      throw NativeApi.unchecked(e);
    }
  }
}
