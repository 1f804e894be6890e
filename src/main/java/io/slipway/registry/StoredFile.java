package io.slipway.registry;

import io.slipway.bundle.Digest;
import java.nio.file.Path;

/// A verified copy of one file of a version. Closing it deletes the copy.
public final class StoredFile implements AutoCloseable {
  private final Workspace workspace;
  private final BlobStore.Received copy;

  StoredFile(Workspace workspace, BlobStore.Received copy) {
    this.workspace = workspace;
    this.copy = copy;
  }

  public Path path() {
    return copy.file();
  }

  public Digest digest() {
    return copy.digest();
  }

  @Override
  public void close() {
    workspace.close();
  }
}
