package io.slipway.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// A private folder for one piece of work, deleted with all that is in it when closed.
record Workspace(Path folder) implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Workspace.class);

  /// A new, empty folder in it.
  Path folder(String name) {
    try {
      return Files.createDirectory(folder.resolve(name));
    } catch (IOException e) {
      throw BlobStore.refusal(e);
    }
  }

  /// Best effort: what can't be deleted now is swept at the next start.
  @Override
  public void close() {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warnf("Left behind until the next start: %s (%s)", folder, e);
    }
  }
}
