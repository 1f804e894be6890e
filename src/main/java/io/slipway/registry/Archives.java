package io.slipway.registry;

import io.slipway.bundle.Digest;
import io.slipway.registry.BlobStore.Received;
import io.slipway.registry.BlobStore.Stored;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/// Stores the archives of all versions: on the local disk only, or in a bucket that all replicas
/// share, with the local disk as this replica's cache.
///
/// Guarantees:
/// - An archive is committed once it is on the disk and the bucket, if there is one, has
///   acknowledged it.
/// - Bytes from the bucket are hashed before use.
/// - A damaged copy is replaced from the other one if that is intact.
/// - Archives that are on the disk are read without a request to the bucket.
@ApplicationScoped
class Archives {
  private static final Logger LOG = Logger.getLogger(Archives.class);

  private final BlobStore disk;
  private final @Nullable Bucket bucket;

  /// Without a bucket, no S3 client is created and its configuration is not read.
  @Inject
  Archives(BlobStore disk, StoreConfig config, Instance<S3Client> client) {
    this(disk, config.bucket().map(name -> new Bucket(client.get(), name, config)).orElse(null));
  }

  Archives(BlobStore disk, @Nullable Bucket bucket) {
    this.disk = disk;
    this.bucket = bucket;
  }

  /// Commits a received file, which is in a workspace. Only then may a database row refer to it.
  void commit(Received received) {
    if (bucket != null) {
      bucket.put(received.digest(), received.file(), received.size());
    }
    disk.commit(received);
  }

  /// Call it once a row refers to `received`. Uploads the archive again if the bucket does not
  /// have it: another replica's garbage collection may have deleted it before the row existed.
  /// Does not fail: the bucket has acknowledged the archive before, and if that copy is gone, the
  /// [Scrubber] puts it back.
  void confirm(Received received) {
    try {
      if (bucket != null && bucket.find(received.digest()) == null) {
        bucket.put(received.digest(), disk.path(received.digest()), received.size());
      }
    } catch (Refusal.Unavailable e) {
      LOG.warnf("it was not confirmed that an archive is still there: %s", e.getMessage());
    }
  }

  /// Copies an archive to `target` and verifies its bytes.
  ///
  /// @throws CorruptBlob if no intact copy is left
  void copy(Digest blob, Path target) {
    whole(
        blob,
        () -> {
          target.toFile().delete();
          disk.copy(blob, target);
          return target;
        });
  }

  /// Opens one file inside of an archive, and verifies its bytes.
  ///
  /// @throws CorruptBlob if no intact copy is left
  StoredFile open(Digest blob, String name, Digest expected) {
    return whole(blob, () -> disk.open(blob, name, expected));
  }

  /// The path of an archive on the disk, verified.
  ///
  /// @throws CorruptBlob if no intact copy is left
  Path verified(Digest blob) {
    return whole(
        blob,
        () -> {
          disk.verify(blob);
          return disk.path(blob);
        });
  }

  private <T> T whole(Digest blob, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (CorruptBlob e) {
      if (bucket == null) {
        throw e;
      }
      fetch(blob, bucket, e);
      return reading.get();
    }
  }

  /// Copies an archive from the bucket to the disk.
  private void fetch(Digest blob, Bucket from, CorruptBlob why) {
    boolean rotten = disk.has(blob);
    Boolean fetched = from.read(blob, in -> fetched(blob, from, in));
    if (fetched == null) {
      throw new CorruptBlob(blob, "it is gone from " + from);
    }
    if (rotten) {
      LOG.warnf("repaired on the disk from %s: %s", from, why.getMessage());
    }
  }

  private boolean fetched(Digest blob, Bucket from, InputStream in) {
    try (Workspace workspace = disk.workspace()) {
      Received fetched = disk.receive(in, workspace.folder().resolve("fetched"), Long.MAX_VALUE);
      if (!fetched.digest().equals(blob)) {
        throw new CorruptBlob(blob, from + " holds bytes that have " + fetched.digest());
      }
      disk.commit(fetched);
      return true;
    } catch (Bucket.OtherBytes e) {
      throw new CorruptBlob(blob, from + " holds other bytes: " + e.getMessage());
    } catch (IOException e) {
      throw from.refusal(e);
    }
  }

  /// Verifies all copies of an archive, and repairs what can be repaired.
  ///
  /// @param reading wraps the stream that is read, to limit its rate
  /// @return what was wrong and is repaired; null if nothing was wrong
  /// @throws CorruptBlob if something is wrong that can't be repaired
  @Nullable String scrub(Digest blob, UnaryOperator<InputStream> reading) {
    if (bucket == null) {
      disk.verify(blob, reading);
      return null;
    }
    String mended = null;
    boolean here = disk.has(blob);
    if (here) {
      try {
        disk.verify(blob, reading);
      } catch (CorruptBlob e) {
        fetch(blob, bucket, e);
        mended = e.getMessage() + "; repaired from " + bucket;
      }
    }
    String wrong = wrong(blob, bucket, reading);
    if (wrong == null) {
      return mended;
    }
    if (!here) {
      throw new CorruptBlob(blob, wrong);
    }
    Received whole = disk.measure(disk.path(blob));
    bucket.put(blob, whole.file(), whole.size());
    return new CorruptBlob(blob, wrong).getMessage() + "; repaired from this replica's disk";
  }

  private static @Nullable String wrong(
      Digest blob, Bucket bucket, UnaryOperator<InputStream> reading) {
    Optional<String> wrong = bucket.read(blob, in -> wrong(blob, bucket, reading.apply(in)));
    return wrong == null ? "it is gone from " + bucket : wrong.orElse(null);
  }

  private static Optional<String> wrong(Digest blob, Bucket bucket, InputStream in) {
    try {
      Digest found = Digest.of(in);
      return found.equals(blob)
          ? Optional.empty()
          : Optional.of(bucket + " holds bytes that have " + found);
    } catch (Bucket.OtherBytes e) {
      return Optional.of(bucket + " holds other bytes: " + e.getMessage());
    } catch (IOException e) {
      throw bucket.refusal(e);
    }
  }

  /// Every archive once, on the disk or in the bucket, with the time of its newest copy.
  List<Stored> list() {
    Map<Digest, Stored> all = new LinkedHashMap<>();
    disk.list().forEach(stored -> all.merge(stored.blob(), stored, Stored::younger));
    if (bucket != null) {
      bucket.list(stored -> all.merge(stored.blob(), stored, Stored::younger));
    }
    return List.copyOf(all.values());
  }

  /// Deletes the copies of an archive that were last committed before `horizon`. A later commit
  /// means that the archive is in use again.
  ///
  /// @return whether a copy was deleted
  boolean delete(Digest blob, Instant horizon) {
    boolean gone = disk.delete(blob, horizon);
    if (bucket != null) {
      Stored stored = bucket.find(blob);
      if (stored != null && stored.modified().isBefore(horizon)) {
        bucket.delete(blob);
        gone = true;
      }
    }
    return gone;
  }
}
