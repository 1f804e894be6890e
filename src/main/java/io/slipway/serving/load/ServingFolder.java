package io.slipway.serving.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Private folders for loaded versions, below `<data>/serving/<process>`. A file lock marks the
/// folder of a living process; folders left by a killed one are removed at the next start.
final class ServingFolder implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ServingFolder.class);
  private static final String LOCK = ".lock";

  private final Path own;
  private final FileChannel lock;

  /// Folders that could not be removed yet.
  private final Set<Path> left = ConcurrentHashMap.newKeySet();

  /// Removes the folders of dead processes in `root` and creates one for this process.
  ServingFolder(Path root) {
    try {
      Files.createDirectories(root);
      for (Path left : children(root)) {
        removeIfDead(left);
      }
      own = Files.createTempDirectory(root, "p");
      lock =
          FileChannel.open(
              own.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (lock.tryLock() == null) {
        throw new IOException("another process has locked " + own);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> children(Path root) throws IOException {
    try (Stream<Path> paths = Files.list(root)) {
      return paths.toList();
    }
  }

  private static void removeIfDead(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE);
        @Nullable FileLock lock = channel.tryLock()) {
      if (lock == null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      return;
    } catch (NoSuchFileException e) {
      // Its process died between creating and locking the folder.
    }
    remove(folder);
  }

  /// A new, empty folder. Removes what could not be removed before.
  Path fresh() {
    for (Path folder : List.copyOf(left)) {
      left.remove(folder);
      discard(folder);
    }
    try {
      return Files.createTempDirectory(own, "v");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether its disk can be written and has room.
  boolean isUsable() {
    return Files.isWritable(own) && own.toFile().getUsableSpace() > 0;
  }

  /// A new, empty folder in the temporary folder, for when the data folder's disk is full or can't
  /// be written. Only this process knows of it: it stays where the process is killed.
  static Path elsewhere() {
    try {
      return Files.createTempDirectory("slipway-serving");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Removes `folder` with its content, now or later.
  void discard(Path folder) {
    try {
      remove(folder);
    } catch (UncheckedIOException e) {
      LOG.warnf("Left behind for now: %s (%s)", folder, e.getMessage());
      left.add(folder);
    }
  }

  private static void remove(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
                throws IOException {
              Files.deleteIfExists(dir);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException e) {
      // Already removed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    remove(own);
  }
}
