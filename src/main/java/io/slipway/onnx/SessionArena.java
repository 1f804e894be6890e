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

/// Gives a session an arena of its own with a bound, out of which its runs have their tensors, what
/// they answer included. ONNX Runtime has no such option for a session: only arenas that all
/// sessions share, registered with the environment. A session that is made keeps the arena that is
/// registered meanwhile, until it is closed; so each gets its own, and nobody else ever sees it.
/// What a run wants beyond the bound is refused to it, and to it alone.
///
/// Only one session can be made at a time for that: the runtime reads what is registered without a
/// lock.
@SuppressWarnings("restricted")
final class SessionArena {
  /// Weights are not counted: they are known before, and don't grow.
  private static final String WEIGHTS_ASIDE = "session.use_device_allocator_for_initializers";

  private static final String REGISTERED = "session.use_env_allocators";

  private static final int CREATE_AND_REGISTER_ALLOCATOR = 144;
  private static final int CREATE_ARENA_CONFIGURATION = 164;
  private static final int RELEASE_ARENA_CONFIGURATION = 157;
  private static final int UNREGISTER_ALLOCATOR = 177;

  /// What is registered as anything else has no bound.
  private static final int ARENA_ALLOCATOR = 1;

  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  /// Bound at the first call, by when the runtime is there.
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

  /// What makes a session.
  @FunctionalInterface
  interface Making {
    OrtSession session() throws OrtException;
  }

  /// The session that `making` makes, with an arena of at most `bytes`.
  ///
  /// @param options what it is made with
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
