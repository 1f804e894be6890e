package io.slipway.registry;

import io.slipway.bundle.ArchivedFile;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// One file of a version, verified, which is read from the stored archive: nothing is written.
/// Closing it closes the archive.
public final class StoredFile implements AutoCloseable {
  private final ArchivedFile file;
  private final Bundle.Entry content;

  /// @param content what `file` was found to contain
  StoredFile(ArchivedFile file, Bundle.Entry content) {
    this.file = file;
    this.content = content;
  }

  public Digest digest() {
    return content.digest();
  }

  /// In bytes.
  public long size() {
    return content.size();
  }

  /// The content from its start.
  public InputStream read() throws IOException {
    return file.read();
  }

  /// Copies the content to `out`.
  ///
  /// @throws IOException also if the archive was damaged since the file was verified
  public void copyTo(OutputStream out) throws IOException {
    if (!file.copyTo(out).equals(content)) {
      throw new IOException("the stored file has changed while it was read");
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
