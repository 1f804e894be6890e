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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Private folders for what is loaded, below `<data>/serving/<process>`. A lock tells the folders
/// of living processes from those that a killed one has left, which the next start removes.
final class ServingFolder implements AutoCloseable {
  private static final String LOCK = ".lock";

  private final Path own;
  private final FileChannel lock;

  /// Removes what dead processes have left in `root` and makes a folder for this one.
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
        throw new IOException("somebody else has locked " + own);
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
      // Its process ended between making the folder and locking it.
    }
    remove(folder);
  }

  /// A fresh, empty folder.
  Path fresh() {
    try {
      return Files.createTempDirectory(own, "v");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Removes `folder` and all in it.
  static void remove(Path folder) {
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
      // Gone already.
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
