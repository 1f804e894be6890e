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
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/// The archives of all versions: on the local disk alone; or in a bucket that all replicas share,
/// with the local disk as what this replica has read or written before.
///
/// Guarantees: an archive is committed when the bucket has acknowledged it and it is on the disk.
/// Bytes from the bucket are hashed before anyone sees them. Of the two, whichever is whole mends
/// the other. What the disk has is read without asking the bucket.
@ApplicationScoped
class Archives {
  private static final Logger LOG = Logger.getLogger(Archives.class);

  private final BlobStore disk;
  private final @Nullable Bucket bucket;

  /// Without a bucket no client is made, and nothing asks for its configuration.
  @Inject
  Archives(BlobStore disk, StoreConfig config, Instance<S3Client> client) {
    this(
        disk,
        config.bucket().map(name -> new Bucket(client.get(), name, config.prefix())).orElse(null));
  }

  Archives(BlobStore disk, @Nullable Bucket bucket) {
    this.disk = disk;
    this.bucket = bucket;
  }

  /// Keeps a received file, which lies in a workspace. Only after this may a row refer to it.
  void commit(Received received) {
    if (bucket != null) {
      bucket.put(received.digest(), received.file(), received.size());
    }
    disk.commit(received);
  }

  /// After a row refers to `received`: another replica that was collecting garbage at that moment
  /// may have taken it for some.
  void confirm(Received received) {
    if (bucket != null && bucket.find(received.digest()) == null) {
      bucket.put(received.digest(), disk.path(received.digest()), received.size());
    }
  }

  /// Copies an archive to `target`, verifying every byte.
  ///
  /// @throws CorruptBlob where nobody has its bytes any more
  void copy(Digest blob, Path target) {
    whole(
        blob,
        () -> {
          target.toFile().delete();
          disk.copy(blob, target);
          return target;
        });
  }

  /// Copies one file out of an archive, verifying its bytes.
  StoredFile extract(Digest blob, String name, Digest expected) {
    return whole(blob, () -> disk.extract(blob, name, expected));
  }

  /// Where an archive lies, verified.
  ///
  /// @throws CorruptBlob where nobody has its bytes any more
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

  /// Brings an archive from the bucket to the disk.
  private void fetch(Digest blob, Bucket from, CorruptBlob why) {
    boolean rotten = disk.has(blob);
    InputStream in = from.open(blob);
    if (in == null) {
      throw new CorruptBlob(blob, "it is gone from " + from);
    }
    try (Workspace workspace = disk.workspace();
        in) {
      Received fetched = disk.receive(in, workspace.folder().resolve("fetched"), Long.MAX_VALUE);
      if (!fetched.digest().equals(blob)) {
        throw new CorruptBlob(blob, from + " holds bytes that have " + fetched.digest());
      }
      disk.commit(fetched);
    } catch (Bucket.OtherBytes e) {
      throw new CorruptBlob(blob, from + " holds other bytes: " + e.getMessage());
    } catch (IOException e) {
      throw from.refusal(e);
    }
    if (rotten) {
      LOG.warnf("mended on the disk by %s: %s", from, why.getMessage());
    }
  }

  /// Reads an archive where it lies and mends what can be.
  ///
  /// @param reading how the bytes are read
  /// @return what was wrong and is mended; null for nothing
  /// @throws CorruptBlob where something is wrong that can't be mended
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
        mended = e.getMessage() + "; mended by " + bucket;
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
    return new CorruptBlob(blob, wrong).getMessage() + "; mended by this replica's disk";
  }

  private static @Nullable String wrong(
      Digest blob, Bucket bucket, UnaryOperator<InputStream> reading) {
    InputStream in = bucket.open(blob);
    if (in == null) {
      return "it is gone from " + bucket;
    }
    try (InputStream bytes = reading.apply(in)) {
      Digest found = Digest.of(bytes);
      return found.equals(blob) ? null : bucket + " holds bytes that have " + found;
    } catch (Bucket.OtherBytes e) {
      return bucket + " holds other bytes: " + e.getMessage();
    } catch (IOException e) {
      throw bucket.refusal(e);
    }
  }

  /// Every archive, once, wherever it lies; with the time of its youngest copy.
  List<Stored> list() {
    Map<Digest, Stored> all = new LinkedHashMap<>();
    disk.list().forEach(stored -> all.merge(stored.blob(), stored, Stored::younger));
    if (bucket != null) {
      bucket.list(stored -> all.merge(stored.blob(), stored, Stored::younger));
    }
    return List.copyOf(all.values());
  }

  /// Deletes the copies of an archive that were last committed before `horizon`: whoever has
  /// committed it again since needs it.
  ///
  /// @return whether one was there and is gone
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
