package io.slipway.registry;

import io.slipway.bundle.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.Consumer;

/// The bytes of single files in the store, by digest: the same bytes are stored once. A row of the
/// database must refer to a file, or garbage collection removes it after the grace period.
@ApplicationScoped
public class FileContents {
  private final BlobStore store;
  private final Archives archives;
  private final long limit;

  FileContents(BlobStore store, Archives archives, RegistryConfig config) {
    this.store = store;
    this.archives = archives;
    this.limit = config.maxUpload().asLongValue();
  }

  /// A file in the store.
  ///
  /// @param size in bytes
  public record Content(Digest digest, long size) {}

  /// Stores the rest of `in`. When it returns, the file is durable and `refer` has run. An
  /// interrupted or refused upload leaves nothing behind.
  ///
  /// @param refer writes the row that refers to the file, in a transaction of its own
  /// @throws Refusal.TooLarge if it has more bytes than an upload may have
  /// @throws IOException if reading `in` fails
  public Content store(InputStream in, Consumer<Content> refer) throws IOException {
    try (Workspace workspace = store.workspace()) {
      BlobStore.Received received = store.receive(in, workspace.folder().resolve("file"), limit);
      archives.commit(received);
      Content content = new Content(received.digest(), received.size());
      refer.accept(content);
      archives.confirm(received);
      return content;
    }
  }

  /// The file on this machine's disk, verified.
  public Path verified(Digest digest) {
    return archives.verified(digest);
  }
}
