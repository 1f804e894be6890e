package io.slipway.onnx.graph;

import io.slipway.bundle.InvalidBundle;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/// The bytes of an ONNX file: a file of the disk is memory-mapped, one inside of an archive is
/// copied into memory outside of the heap.
public final class OnnxBytes {
  /// Protocol buffers have no larger messages, so ONNX Runtime reads no larger files.
  static final long MOST_BYTES = Integer.MAX_VALUE;

  private OnnxBytes() {}

  /// Whether `file` is a file of the disk, which can be mapped, and which the runtime can open.
  public static boolean onDisk(Path file) {
    return file.getFileSystem().equals(FileSystems.getDefault());
  }

  /// The bytes of `file`, while `arena` is open.
  ///
  /// @throws InvalidBundle where it is larger than an ONNX file can be
  public static MemorySegment of(String name, Path file, Arena arena) throws IOException {
    if (!onDisk(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        return of(name, in, Files.size(file), arena);
      }
    }
    try (FileChannel channel = FileChannel.open(file)) {
      requireSize(name, channel.size());
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  /// As [#of(String, Path, Arena)], of a stream with `size` bytes.
  static MemorySegment of(String name, InputStream in, long size, Arena arena) throws IOException {
    requireSize(name, size);
    MemorySegment bytes = arena.allocate(size);
    byte[] buffer = new byte[64 << 10];
    long at = 0;
    for (int n = in.read(buffer); n >= 0 && at + n <= size; n = in.read(buffer)) {
      MemorySegment.copy(buffer, 0, bytes, ValueLayout.JAVA_BYTE, at, n);
      at += n;
    }
    if (at != size || in.read() >= 0) {
      throw new EOFException(name + " does not have the " + size + " bytes that it should have");
    }
    return bytes;
  }

  private static void requireSize(String name, long bytes) {
    if (bytes > MOST_BYTES) {
      throw new InvalidBundle(
          "too_large",
          name,
          name
              + " has "
              + bytes
              + " bytes; an ONNX file has at most 2 GiB, larger weights belong in"
              + " external data");
    }
  }
}
