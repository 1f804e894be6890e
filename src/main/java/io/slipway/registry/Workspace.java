package io.slipway.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// A private folder for one piece of work, deleted with all that is in it when closed.
///
/// @param left told of the folder where it can't be deleted
record Workspace(Path folder, Consumer<Path> left) implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Workspace.class);

  /// One that somebody else tidies up where it can't be deleted.
  Workspace(Path folder) {
    this(folder, _ -> {});
  }

  /// A new, empty folder in it.
  Path folder(String name) {
    try {
      return Files.createDirectory(folder.resolve(name));
    } catch (IOException e) {
      throw BlobStore.refusal(e);
    }
  }

  /// Best effort: without file descriptors, for one, nothing can be deleted now.
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
      LOG.warnf("Left behind for now: %s (%s)", folder, e);
      left.accept(folder);
    }
  }
}
