package io.slipway.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/// Access to functions of ONNX Runtime's C API that its Java API lacks or implements wrongly. The
/// position of a function in the API's table never changes (`onnxruntime_c_api.h`: functions are
/// only added at the end).
@SuppressWarnings("restricted")
final class NativeApi {
  static final AddressLayout POINTER = ValueLayout.ADDRESS;
  static final ValueLayout.OfLong SIZE = ValueLayout.JAVA_LONG;

  private static final int GET_ERROR_MESSAGE = 2;
  private static final int CREATE_CPU_MEMORY_INFO = 69;
  private static final int RELEASE_STATUS = 93;

  private static final int DEFAULT_MEMORY = 0;

  /// Initialised at the first call, when the runtime is loaded.
  private static final class Table {
    static final long ADDRESS = number(tableField(), null);
    static final Field HANDLE = handleField(OnnxTensor.class.getSuperclass());
    static final Field ENVIRONMENT = handleField(OrtEnvironment.class);
    static final MethodHandle ERROR_MESSAGE =
        function(GET_ERROR_MESSAGE, FunctionDescriptor.of(POINTER, POINTER));
    static final MethodHandle RELEASE =
        function(RELEASE_STATUS, FunctionDescriptor.ofVoid(POINTER));

    private static Field tableField() {
      try {
        Field field = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
        field.setAccessible(true);
        return field;
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    private static Field handleField(Class<?> type) {
      try {
        Field field = type.getDeclaredField("nativeHandle");
        field.setAccessible(true);
        return field;
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private NativeApi() {}

  /// The function at `index` of the table.
  static MethodHandle function(int index, FunctionDescriptor descriptor) {
    MemorySegment table = MemorySegment.ofAddress(Table.ADDRESS).reinterpret((index + 1) * 8L);
    return Linker.nativeLinker().downcallHandle(table.getAtIndex(POINTER, index), descriptor);
  }

  /// The native value of `tensor`.
  static MemorySegment handle(OnnxTensor tensor) {
    return MemorySegment.ofAddress(number(Table.HANDLE, tensor));
  }

  /// The native value of `environment`.
  static MemorySegment handle(OrtEnvironment environment) {
    return MemorySegment.ofAddress(number(Table.ENVIRONMENT, environment));
  }

  /// A native description of CPU memory; valid for the lifetime of the process.
  ///
  /// @param allocator a value of `OrtAllocatorType`
  static MemorySegment processorMemory(int allocator) {
    MethodHandle create =
        function(
            CREATE_CPU_MEMORY_INFO,
            FunctionDescriptor.of(POINTER, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, POINTER));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(POINTER);
      check((MemorySegment) create.invokeExact(allocator, DEFAULT_MEMORY, info));
      return info.get(POINTER, 0);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /// @throws ModelFailure.Failed where `status` is an error; it is released
  static void check(MemorySegment status) throws Throwable {
    if (status.address() == 0) {
      return;
    }
    MemorySegment message = (MemorySegment) Table.ERROR_MESSAGE.invokeExact(status);
    String text = message.reinterpret(Long.MAX_VALUE).getString(0);
    Table.RELEASE.invokeExact(status);
    throw new ModelFailure.Failed(RuntimeMessage.of(text, null));
  }

  /// The exception of a [MethodHandle]'s call as an unchecked one.
  static RuntimeException unchecked(Throwable e) {
    return switch (e) {
      case RuntimeException runtime -> runtime;
      case Error error -> throw error;
      default -> new IllegalStateException(e);
    };
  }

  private static long number(Field field, @Nullable Object object) {
    try {
      return field.getLong(object);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
