package io.slipway.registry;

import io.slipway.bundle.FolderRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A private folder for one piece of work, deleted with all that is in it when closed.
///
/// @param removal deletes it, and tries again later where that fails
record Workspace(Path folder, FolderRemoval removal) implements AutoCloseable {
  /// A new, empty folder in it.
  Path folder(String name) {
    try {
      return Files.createDirectory(folder.resolve(name));
    } catch (IOException e) {
      throw BlobStore.refusal(e);
    }
  }

  @Override
  public void close() {
    removal.delete(folder);
  }
}
