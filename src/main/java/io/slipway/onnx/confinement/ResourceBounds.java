package io.slipway.onnx.confinement;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Resource limits of this process (`setrlimit`), soft and hard alike, so that they cannot be
/// raised again.
final class ResourceBounds {
  /// Native libraries are unpacked; the largest has 30 MB.
  static final long MOST_FILE_BYTES = 128L << 20;

  /// Jars on the class path are open files too: some hundred where nothing is packaged.
  static final long MOST_OPEN_FILES = 1024;

  /// The numbers of `sys/resource.h`.
  private enum Resource {
    PROCESSOR_SECONDS(0),
    FILE_BYTES(1),
    WRITABLE_BYTES(2),
    CORE_BYTES(4),
    OPEN_FILES(7),
    LOCKED_BYTES(8);

    private final int number;

    Resource(int number) {
      this.number = number;
    }
  }

  private ResourceBounds() {}

  /// @return why it failed; null on success
  static @Nullable String set(Linux linux, ConfinementBounds bounds) {
    for (Resource resource : Resource.values()) {
      long most =
          switch (resource) {
            case PROCESSOR_SECONDS -> bounds.processorTime().toSeconds();
            case FILE_BYTES -> MOST_FILE_BYTES;
            case WRITABLE_BYTES -> bounds.memoryBytes();
            case CORE_BYTES, LOCKED_BYTES -> 0;
            case OPEN_FILES -> MOST_OPEN_FILES;
          };
      String failure = Linux.failure(set(linux, resource, most));
      if (failure != null) {
        return resource + ": " + failure;
      }
    }
    return null;
  }

  private static long set(Linux linux, Resource resource, long most) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment before = arena.allocate(JAVA_LONG, 2);
      long read = linux.call(SystemCall.PRLIMIT, 0, resource.number, 0, before.address(), 0);
      if (read < 0) {
        return read;
      }
      // The parent may have set a lower limit; compared unsigned, as unlimited is -1.
      long hard = before.getAtIndex(JAVA_LONG, 1);
      long bound = Long.compareUnsigned(hard, most) < 0 ? hard : most;
      MemorySegment after = arena.allocateFrom(JAVA_LONG, bound, bound);
      return linux.call(SystemCall.PRLIMIT, 0, resource.number, after.address(), 0, 0);
    }
  }
}
