package io.slipway.onnx;

import static io.slipway.onnx.NativeApi.POINTER;
import static io.slipway.onnx.NativeApi.SIZE;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// String tensors in real UTF-8. ONNX Runtime's Java API uses JNI's modified UTF-8, in which an
/// emoji becomes two surrogates of three bytes each: tokenizers then refuse the text, and
/// categories are not found. So this class calls the C API.
@SuppressWarnings("restricted")
final class NativeStrings {
  private static final int GET_STRING_TENSOR_DATA_LENGTH = 53;
  private static final int GET_STRING_TENSOR_CONTENT = 54;
  private static final int GET_RESIZED_STRING_TENSOR_ELEMENT_BUFFER = 252;

  /// Initialised at the first string, when the runtime is loaded.
  private static final class Functions {
    static final MethodHandle DATA_LENGTH =
        NativeApi.function(
            GET_STRING_TENSOR_DATA_LENGTH, FunctionDescriptor.of(POINTER, POINTER, POINTER));
    static final MethodHandle CONTENT =
        NativeApi.function(
            GET_STRING_TENSOR_CONTENT,
            FunctionDescriptor.of(POINTER, POINTER, POINTER, SIZE, POINTER, SIZE));
    static final MethodHandle ELEMENT_BUFFER =
        NativeApi.function(
            GET_RESIZED_STRING_TENSOR_ELEMENT_BUFFER,
            FunctionDescriptor.of(POINTER, POINTER, SIZE, SIZE, POINTER));
  }

  private NativeStrings() {}

  /// A tensor of `strings`; the caller closes it.
  static OnnxTensor open(String[] strings, long[] shape) throws OrtException {
    String[] empty = new String[strings.length];
    Arrays.fill(empty, "");
    OnnxTensor tensor = OnnxTensor.createTensor(OnnxRuntime.environment(), empty, shape);
    try {
      fill(tensor, strings);
      return tensor;
    } catch (RuntimeException | Error e) {
      tensor.close();
      throw e;
    }
  }

  /// Replaces the elements of `tensor`, which no run uses, by `strings`.
  static void fill(OnnxTensor tensor, String[] strings) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = NativeApi.handle(tensor);
      MemorySegment buffer = arena.allocate(POINTER);
      for (int i = 0; i < strings.length; i++) {
        byte[] utf8 = strings[i].getBytes(StandardCharsets.UTF_8);
        NativeApi.check(
            (MemorySegment)
                Functions.ELEMENT_BUFFER.invokeExact(value, (long) i, (long) utf8.length, buffer));
        if (utf8.length > 0) {
          MemorySegment.copy(
              MemorySegment.ofArray(utf8),
              0,
              buffer.get(POINTER, 0).reinterpret(utf8.length),
              0,
              utf8.length);
        }
      }
    } catch (Throwable e) {
      throw NativeApi.unchecked(e);
    }
  }

  /// The total length of the strings of `tensor`, in bytes.
  static long length(OnnxTensor tensor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment length = arena.allocate(SIZE);
      NativeApi.check(
          (MemorySegment) Functions.DATA_LENGTH.invokeExact(NativeApi.handle(tensor), length));
      return length.get(SIZE, 0);
    } catch (Throwable e) {
      throw NativeApi.unchecked(e);
    }
  }

  /// The strings of `tensor`, in row-major order; bytes that are not UTF-8 become U+FFFD.
  static String[] read(OnnxTensor tensor, int count) {
    String[] strings = new String[count];
    if (count == 0) {
      return strings;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = NativeApi.handle(tensor);
      long total = length(tensor);
      MemorySegment content = arena.allocate(Math.max(1, total));
      MemorySegment offsets = arena.allocate(SIZE, count);
      NativeApi.check(
          (MemorySegment)
              Functions.CONTENT.invokeExact(value, content, total, offsets, (long) count));
      for (int i = 0; i < count; i++) {
        long from = offsets.getAtIndex(SIZE, i);
        long to = i + 1 < count ? offsets.getAtIndex(SIZE, i + 1) : total;
        byte[] utf8 = content.asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE);
        strings[i] = new String(utf8, StandardCharsets.UTF_8);
      }
      return strings;
    } catch (Throwable e) {
      throw NativeApi.unchecked(e);
    }
  }
}
