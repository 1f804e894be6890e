package io.slipway.registry;

import com.fasterxml.jackson.core.type.TypeReference;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/// The newest entry of the history that this replica knows, outside of the database: whoever
/// removes entries there can't remove it here. It is a file of the data folder; entries that this
/// process has committed since the last look are known in memory.
///
/// [#committed] is thread-safe and waits for nothing; the other methods belong to [HeadCheck],
/// which calls them under its lock.
@ApplicationScoped
class KnownHead {
  private final KeptFile<Kept> file;
  private volatile AuditHead own = AuditHead.NONE;
  private @Nullable AuditHead kept;
  private boolean read;

  /// What the file contains.
  @RegisterForReflection
  record Kept(long seq, String hash) {}

  @Inject
  KnownHead(@ConfigProperty(name = "slipway.data") Path data) {
    this.file = new KeptFile<>(data.resolve("audit-head.json"), new TypeReference<>() {});
  }

  /// Notes an entry that this process has committed. An entry whose number is not higher than the
  /// last one is not noted: the history was cut meanwhile, and the last one shows it.
  synchronized void committed(AuditHead head) {
    if (head.seq() > own.seq()) {
      own = head;
    }
  }

  /// The newest entry that this process has committed since the last [#keep].
  AuditHead own() {
    return own;
  }

  /// The entry in the file; null if there is none, as in the data folder of an earlier release.
  ///
  /// @throws UncheckedIOException if the disk fails: then it is not known whether there is one
  @Nullable AuditHead kept() {
    if (!read) {
      try {
        Kept found = file.readUnlessFaulty();
        kept = found == null ? null : new AuditHead(found.seq(), found.hash());
        read = true;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return kept;
  }

  /// Replaces the entry in the file. If the disk refuses, the next call tries again; until then it
  /// is known in memory.
  void keep(AuditHead head) {
    kept = head;
    read = true;
    file.keep(new Kept(head.seq(), head.hash()));
  }

  /// Forgets what this process has committed.
  synchronized void forgetOwn() {
    own = AuditHead.NONE;
  }
}
