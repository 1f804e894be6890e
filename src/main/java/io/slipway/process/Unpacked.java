package io.slipway.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Folders that are filled once and then used by every start (programs, libraries, the database's
/// cluster): there whole or not at all, whenever the process or the machine was stopped meanwhile.
public final class Unpacked {
  /// Writes the content.
  @FunctionalInterface
  public interface Filling {
    void fill(Path folder) throws IOException;
  }

  private Unpacked() {}

  /// Fills `folder` where it is not there. For whoever holds the data folder: two at a time would
  /// take each other's work away.
  ///
  /// @return whether it was filled now
  public static boolean once(Path folder, Filling filling) throws IOException {
    if (Files.isDirectory(folder)) {
      return false;
    }
    Path fresh = folder.resolveSibling(folder.getFileName() + ".new");
    delete(fresh);
    Files.createDirectories(fresh);
    filling.fill(fresh);
    sync(fresh);
    Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  /// Without it a power cut could leave empty files behind a name that says they are whole.
  private static void sync(Path folder) throws IOException {
    for (Path path : tree(folder)) {
      if (Files.isRegularFile(path)) {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
          file.force(true);
        }
      }
    }
  }

  public static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      for (Path path : tree(folder).reversed()) {
        Files.delete(path);
      }
    }
  }

  /// A folder before what is in it.
  private static List<Path> tree(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted(Comparator.naturalOrder()).toList();
    }
  }
}
