package io.slipway.onnx.confinement;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// System calls by number: C libraries lack functions for half of those needed here.
@SuppressWarnings("restricted")
final class Linux {
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final int NO_SUCH_CALL = 38;
  private static final int NOT_SUPPORTED = 95;

  private static final int SET_NO_NEW_PRIVILEGES = 38;
  private static final int CURRENT_FOLDER = -100;
  private static final int PATH_ONLY = 0x200000;
  private static final int CLOSE_ON_EXEC = 0x80000;

  private final Architecture architecture;
  private final MethodHandle call;

  private Linux(Architecture architecture) {
    this.architecture = architecture;
    Linker linker = Linker.nativeLinker();
    this.call =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1),
            Linker.Option.captureCallState("errno"));
  }

  /// The interface to this system; null where it is not supported.
  static @Nullable Linux here() {
    Architecture architecture = Architecture.here();
    return architecture == null ? null : new Linux(architecture);
  }

  Architecture architecture() {
    return architecture;
  }

  /// Sets that programs started from now on get no more privileges than this process, whatever
  /// their files say; required for installing filters.
  ///
  /// @return why it failed; null on success
  @Nullable String noNewRights() {
    return failure(call(SystemCall.PRCTL, SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0));
  }

  /// A file descriptor for `path` without read access; negative where there is no such file.
  long handle(Path path) {
    try (Arena arena = Arena.ofConfined()) {
      return call(
          SystemCall.OPENAT,
          CURRENT_FOLDER,
          arena.allocateFrom(path.toString()).address(),
          PATH_ONLY | CLOSE_ON_EXEC,
          0,
          0);
    }
  }

  void close(long handle) {
    call(SystemCall.CLOSE, handle, 0, 0, 0, 0);
  }

  /// @return the result of the call; on failure the negated error number
  long call(SystemCall number, long a, long b, long c, long d, long e) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long result = (long) call.invokeExact(state, (long) number.of(architecture), a, b, c, d, e);
      return result < 0 ? -(int) ERRNO.get(state, 0L) : result;
    } catch (Throwable thrown) {
      throw new IllegalStateException(thrown);
    }
  }

  /// Why a call with this result failed; null on success.
  static @Nullable String failure(long result) {
    if (result >= 0) {
      return null;
    }
    return result == -NO_SUCH_CALL || result == -NOT_SUPPORTED
        ? "not supported by this kernel"
        : "error " + -result;
  }
}
