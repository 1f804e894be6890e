package io.slipway.registry;

import io.slipway.bundle.FolderRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A private folder for one piece of work. Closing it deletes it with its content.
///
/// @param removal deletes it, and tries again later where that fails
record Workspace(Path folder, FolderRemoval removal) implements AutoCloseable {
  /// Creates an empty folder inside it.
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
