package io.slipway.process;

import io.slipway.bundle.FolderRemoval;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Folders that are filled once and used by every later start (programs, libraries, the database
/// cluster). They exist completely or not at all, even after a crash or a power failure.
public final class Unpacked {
  /// Writes the content.
  @FunctionalInterface
  public interface Filling {
    void fill(Path folder) throws IOException;
  }

  private Unpacked() {}

  /// Fills `folder` where it does not exist. The caller must hold the data folder: two callers at
  /// once would interfere.
  ///
  /// @return whether it was filled by this call
  public static boolean once(Path folder, Filling filling) throws IOException {
    if (Files.isDirectory(folder)) {
      return false;
    }
    Path fresh = folder.resolveSibling(folder.getFileName() + ".new");
    FolderRemoval.now(fresh);
    Files.createDirectories(fresh);
    filling.fill(fresh);
    sync(fresh);
    Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  /// Flushes to disk; otherwise a power failure could leave empty files in a folder that exists.
  private static void sync(Path folder) throws IOException {
    for (Path path : tree(folder)) {
      if (Files.isRegularFile(path)) {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
          file.force(true);
        }
      }
    }
  }

  /// The folder and its content, parents first.
  private static List<Path> tree(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted(Comparator.naturalOrder()).toList();
    }
  }
}
