package io.slipway.onnx;

import static io.slipway.onnx.NativeApi.POINTER;
import static io.slipway.onnx.NativeApi.SIZE;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.locks.ReentrantLock;

/// Gives a session a memory arena with a limit, from which its runs allocate their tensors, outputs
/// included. ONNX Runtime has no such option per session, only arenas that are registered with the
/// environment and shared. A session keeps the arena that is registered while it is created, until
/// it is closed; so this class registers a new one for each. A run that exceeds the limit fails
/// alone.
///
/// Therefore only one session can be created at a time: the runtime reads the registration without
/// a lock.
@SuppressWarnings("restricted")
final class SessionArena {
  /// Excludes the weights, whose size is known and constant.
  private static final String WEIGHTS_ASIDE = "session.use_device_allocator_for_initializers";

  private static final String REGISTERED = "session.use_env_allocators";

  private static final int CREATE_AND_REGISTER_ALLOCATOR = 144;
  private static final int CREATE_ARENA_CONFIGURATION = 164;
  private static final int RELEASE_ARENA_CONFIGURATION = 157;
  private static final int UNREGISTER_ALLOCATOR = 177;

  /// The allocator type with a limit; the runtime ignores the limit for all other types.
  private static final int ARENA_ALLOCATOR = 1;

  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  /// Initialised at the first call, when the runtime is loaded.
  private static final class Functions {
    static final MethodHandle CONFIGURE =
        NativeApi.function(
            CREATE_ARENA_CONFIGURATION,
            FunctionDescriptor.of(POINTER, POINTER, POINTER, SIZE, POINTER));
    static final MethodHandle FORGET =
        NativeApi.function(RELEASE_ARENA_CONFIGURATION, FunctionDescriptor.ofVoid(POINTER));
    static final MethodHandle REGISTER =
        NativeApi.function(
            CREATE_AND_REGISTER_ALLOCATOR,
            FunctionDescriptor.of(POINTER, POINTER, POINTER, POINTER));
    static final MemorySegment MEMORY = NativeApi.processorMemory(ARENA_ALLOCATOR);
    static final MethodHandle UNREGISTER =
        NativeApi.function(UNREGISTER_ALLOCATOR, FunctionDescriptor.of(POINTER, POINTER, POINTER));
  }

  private SessionArena() {}

  /// Creates a session.
  @FunctionalInterface
  interface Making {
    OrtSession session() throws OrtException;
  }

  /// The session created by `making`, with an arena of at most `bytes`.
  ///
  /// @param options it is created with
  static OrtSession within(
      OrtEnvironment environment, long bytes, OrtSession.SessionOptions options, Making making)
      throws OrtException {
    options.addConfigEntry(REGISTERED, "1");
    options.addConfigEntry(WEIGHTS_ASIDE, "1");
    ONE_AT_A_TIME.lock();
    try {
      register(environment, bytes);
      try {
        return making.session();
      } finally {
        unregister(environment);
      }
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  private static void register(OrtEnvironment environment, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment names = arena.allocate(POINTER);
      names.set(POINTER, 0, arena.allocateFrom("max_mem"));
      MemorySegment configuration = arena.allocate(POINTER);
      NativeApi.check(
          (MemorySegment)
              Functions.CONFIGURE.invokeExact(
                  names, arena.allocateFrom(SIZE, bytes), 1L, configuration));
      MemorySegment made = configuration.get(POINTER, 0);
      try {
        NativeApi.check(
            (MemorySegment)
                Functions.REGISTER.invokeExact(
                    NativeApi.handle(environment), Functions.MEMORY, made));
      } finally {
        Functions.FORGET.invokeExact(made);
      }
    } catch (Throwable e) {
      throw NativeApi.unchecked(e);
    }
  }

  private static void unregister(OrtEnvironment environment) {
    try {
      NativeApi.check(
          (MemorySegment)
              Functions.UNREGISTER.invokeExact(NativeApi.handle(environment), Functions.MEMORY));
    } catch (Throwable e) {
      throw NativeApi.unchecked(e);
    }
  }
}
