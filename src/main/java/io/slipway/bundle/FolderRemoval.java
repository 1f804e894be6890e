package io.slipway.bundle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Deletes folders with everything in them, now or later. A folder that cannot be deleted, for
/// example while the process has no file descriptors left, is remembered for [#again]. Thread-safe.
public final class FolderRemoval {
  private static final Logger LOG = Logger.getLogger(FolderRemoval.class);

  private final Set<Path> left = ConcurrentHashMap.newKeySet();

  /// Deletes `folder`, or remembers it. A folder that does not exist is deleted.
  ///
  /// @return whether it is deleted
  public boolean delete(Path folder) {
    try {
      now(folder);
      left.remove(folder);
      return true;
    } catch (IOException e) {
      LOG.warnf("Left behind for now: %s (%s)", folder, e);
      later(folder);
      return false;
    }
  }

  /// Remembers `folder`, to be deleted by [#again].
  public void later(Path folder) {
    left.add(folder);
  }

  /// Tries to delete the remembered folders.
  ///
  /// @return how many of them are deleted
  public int again() {
    return (int) List.copyOf(left).stream().filter(this::delete).count();
  }

  /// Deletes `folder`, if it exists. Another process may delete it at the same time.
  ///
  /// @throws IOException where something in it cannot be deleted; the rest may be
  public static void now(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      // It is gone already.
    } catch (UncheckedIOException e) {
      if (!(e.getCause() instanceof NoSuchFileException)) {
        throw e.getCause();
      }
    }
  }
}
