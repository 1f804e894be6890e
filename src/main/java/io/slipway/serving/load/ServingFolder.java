package io.slipway.serving.load;

import io.slipway.bundle.FolderRemoval;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Private folders for loaded versions, below `<data>/serving/<process>`. A file lock marks the
/// folder of a living process; folders left by a killed one are removed at the next start.
final class ServingFolder implements AutoCloseable {
  private static final String LOCK = ".lock";

  private static final Logger LOG = Logger.getLogger(ServingFolder.class);

  private final Path own;
  private final FileChannel lock;

  private final FolderRemoval removal = new FolderRemoval();

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
    FolderRemoval.now(folder);
  }

  /// A new, empty folder. Removes what could not be removed before.
  Path fresh() {
    removal.again();
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

  /// Removes `folder` with its content, now or later; of an archive, closes it.
  void discard(Path folder) {
    if (folder.getFileSystem().equals(FileSystems.getDefault())) {
      removal.delete(folder);
      return;
    }
    try {
      folder.getFileSystem().close();
    } catch (IOException e) {
      LOG.warnf("%s can't be closed: %s", folder.getFileSystem(), e.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
      FolderRemoval.now(own);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
