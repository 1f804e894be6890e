package io.slipway.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The strings of string tensors as real UTF-8. ONNX Runtime's Java interface passes them through
/// JNI's modified UTF-8, in which an emoji is two surrogates of three bytes: tokenizers then refuse
/// the text, and categories are not found. So this calls the C interface that lies beneath, for
/// these functions only; their places in its table never change (`onnxruntime_c_api.h`: functions
/// are only ever added at the end).
@SuppressWarnings("restricted")
final class NativeStrings {
  private static final int GET_ERROR_MESSAGE = 2;
  private static final int GET_STRING_TENSOR_DATA_LENGTH = 53;
  private static final int GET_STRING_TENSOR_CONTENT = 54;
  private static final int RELEASE_STATUS = 93;
  private static final int GET_RESIZED_STRING_TENSOR_ELEMENT_BUFFER = 252;

  private static final AddressLayout POINTER = ValueLayout.ADDRESS;
  private static final ValueLayout.OfLong SIZE = ValueLayout.JAVA_LONG;

  /// Bound when the first string is passed, by when the runtime is there.
  private static final class Functions {
    static final long TABLE = number(tableField(), null);
    static final Field HANDLE = handleField();
    static final MethodHandle ERROR_MESSAGE =
        function(GET_ERROR_MESSAGE, FunctionDescriptor.of(POINTER, POINTER));
    static final MethodHandle RELEASE =
        function(RELEASE_STATUS, FunctionDescriptor.ofVoid(POINTER));
    static final MethodHandle DATA_LENGTH =
        function(GET_STRING_TENSOR_DATA_LENGTH, FunctionDescriptor.of(POINTER, POINTER, POINTER));
    static final MethodHandle CONTENT =
        function(
            GET_STRING_TENSOR_CONTENT,
            FunctionDescriptor.of(POINTER, POINTER, POINTER, SIZE, POINTER, SIZE));
    static final MethodHandle ELEMENT_BUFFER =
        function(
            GET_RESIZED_STRING_TENSOR_ELEMENT_BUFFER,
            FunctionDescriptor.of(POINTER, POINTER, SIZE, SIZE, POINTER));

    private static Field tableField() {
      try {
        Field field = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
        field.setAccessible(true);
        return field;
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    private static Field handleField() {
      try {
        Field field = OnnxTensor.class.getSuperclass().getDeclaredField("nativeHandle");
        field.setAccessible(true);
        return field;
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    private static MethodHandle function(int index, FunctionDescriptor descriptor) {
      MemorySegment table = MemorySegment.ofAddress(TABLE).reinterpret((index + 1) * 8L);
      return Linker.nativeLinker().downcallHandle(table.getAtIndex(POINTER, index), descriptor);
    }
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

  /// Makes the elements of `tensor`, of which no run is on, those of `strings`.
  static void fill(OnnxTensor tensor, String[] strings) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = handle(tensor);
      MemorySegment buffer = arena.allocate(POINTER);
      for (int i = 0; i < strings.length; i++) {
        byte[] utf8 = strings[i].getBytes(StandardCharsets.UTF_8);
        check(
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
      throw unchecked(e);
    }
  }

  /// The strings of `tensor`, in row-major order; bytes that are not UTF-8 become U+FFFD.
  static String[] read(OnnxTensor tensor, int count) {
    String[] strings = new String[count];
    if (count == 0) {
      return strings;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = handle(tensor);
      MemorySegment length = arena.allocate(SIZE);
      check((MemorySegment) Functions.DATA_LENGTH.invokeExact(value, length));
      long total = length.get(SIZE, 0);
      MemorySegment content = arena.allocate(Math.max(1, total));
      MemorySegment offsets = arena.allocate(SIZE, count);
      check(
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
      throw unchecked(e);
    }
  }

  private static MemorySegment handle(OnnxTensor tensor) {
    return MemorySegment.ofAddress(number(Functions.HANDLE, tensor));
  }

  private static void check(MemorySegment status) throws Throwable {
    if (status.address() == 0) {
      return;
    }
    MemorySegment message = (MemorySegment) Functions.ERROR_MESSAGE.invokeExact(status);
    String text = message.reinterpret(Long.MAX_VALUE).getString(0);
    Functions.RELEASE.invokeExact(status);
    throw new ModelFailure.Failed(RuntimeMessage.of(text, null));
  }

  private static long number(Field field, @Nullable Object object) {
    try {
      return field.getLong(object);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RuntimeException unchecked(Throwable e) {
    return switch (e) {
      case RuntimeException runtime -> runtime;
      case Error error -> throw error;
      default -> new IllegalStateException(e);
    };
  }
}
