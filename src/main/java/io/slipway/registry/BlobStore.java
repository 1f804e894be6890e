package io.slipway.registry;

import io.slipway.bundle.ArchivedFile;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.Digest;
import io.slipway.bundle.FolderRemoval;
import io.slipway.bundle.InvalidBundle;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Stores archives on the local disk by the SHA-256 of their bytes: in `blobs/ab/abcd…`. The
/// folder `incoming/` has files that are being received.
///
/// Guarantees:
/// - A stored blob is complete and on the disk: file and folder are synced before and after an
///   atomic rename.
/// - A refused or interrupted upload leaves nothing behind.
/// - The same bytes are stored once. Committing them again replaces a damaged copy.
/// - A blob that was just committed is not collected as garbage.
@ApplicationScoped
class BlobStore {
  private static final int BUFFER = 1 << 16;

  private final Path blobs;
  private final Path incoming;
  private final long reserve;
  private final InstantSource clock;
  private final AtomicLong bytes = new AtomicLong();

  /// Deletes folders of finished uploads, now or later.
  private final FolderRemoval removal = new FolderRemoval();

  @Inject
  BlobStore(
      @ConfigProperty(name = "slipway.data") Path data,
      RegistryConfig config,
      InstantSource clock) {
    this(data.resolve("store"), config.reserve().asLongValue(), clock);
  }

  /// @param reserve the free disk space that uploads must leave, in bytes
  BlobStore(Path folder, long reserve, InstantSource clock) {
    this.blobs = folder.resolve("blobs");
    this.incoming = folder.resolve("incoming");
    this.reserve = reserve;
    this.clock = clock;
    try {
      Files.createDirectories(blobs);
      Files.createDirectories(incoming);
    } catch (IOException e) {
      throw new UncheckedIOException("the store can't be created in " + folder, e);
    }
  }

  /// A new folder for one upload. Closing it deletes it with its content.
  Workspace workspace() {
    try {
      return new Workspace(Files.createTempDirectory(incoming, "upload-"), removal);
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  /// Writes `in` to the new file `file` and computes its digest.
  ///
  /// @throws Refusal.TooLarge if `in` has more than `limit` bytes
  /// @throws Refusal.NoSpace if the disk is full, or uploads would use its reserve
  /// @throws IOException if reading `in` fails
  Received receive(InputStream in, Path file, long limit) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    long size = 0;
    byte[] buffer = new byte[BUFFER];
    try (OutputStream out = open(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        size += n;
        if (size > limit) {
          throw new Refusal.TooLarge("an upload may have at most " + limit + " bytes");
        }
        if (size / (16 << 20) != (size - n) / (16 << 20) || size == n) {
          requireSpace();
        }
        sha256.update(buffer, 0, n);
        write(out, buffer, n);
      }
    }
    return new Received(file, Digest.of(sha256), size);
  }

  /// The digest and the size of `file`.
  Received measure(Path file) {
    try {
      return new Received(file, Digest.of(file), Files.size(file));
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  /// Moves a received file from its workspace into the store. Only then may a database row refer
  /// to it.
  void commit(Received received) {
    commit(received, UnaryOperator.identity());
  }

  /// Like [#commit(Received)].
  ///
  /// @param reading wraps the stream of the stored copy, which is compared
  void commit(Received received, UnaryOperator<InputStream> reading) {
    Path place = path(received.digest());
    Path shard = shard(received.digest());
    try {
      sync(received.file(), StandardOpenOption.WRITE);
      Files.createDirectories(shard);
      // Without the lock, which would hold up all commits: gigabytes are read for seconds.
      boolean whole = isWhole(place, received, reading);
      // The lock that delete() takes, too: the new time keeps the blob from being collected.
      synchronized (this) {
        if (!whole || !Files.exists(place)) {
          long replaced = Files.exists(place) ? Files.size(place) : 0;
          move(received.file(), place);
          bytes.addAndGet(received.size() - replaced);
        }
        Files.setLastModifiedTime(place, FileTime.from(clock.instant()));
      }
      sync(shard, StandardOpenOption.READ);
      sync(blobs, StandardOpenOption.READ);
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  /// Whether the store has the same bytes already. A damaged copy does not count, so it is
  /// replaced.
  private static boolean isWhole(Path place, Received received, UnaryOperator<InputStream> reading)
      throws IOException {
    if (!Files.exists(place) || Files.size(place) != received.size()) {
      return false;
    }
    try (InputStream in = reading.apply(Files.newInputStream(place))) {
      return Digest.of(in).equals(received.digest());
    } catch (NoSuchFileException e) {
      // Collected as garbage meanwhile.
      return false;
    }
  }

  /// Copies a blob to `target` and verifies its bytes.
  ///
  /// @throws CorruptBlob if the stored bytes are missing or do not match `blob`
  void copy(Digest blob, Path target) {
    try (InputStream in = Files.newInputStream(path(blob))) {
      Received copy = receive(in, target, Long.MAX_VALUE);
      if (!copy.digest().equals(blob)) {
        throw new CorruptBlob(blob, "its bytes have " + copy.digest());
      }
    } catch (NoSuchFileException e) {
      throw new CorruptBlob(blob, "it is gone");
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  /// Opens one file inside of an archive, and verifies it. Nothing is written.
  ///
  /// @throws CorruptBlob if the archive is missing, or the file does not match `expected`
  StoredFile open(Digest blob, String name, Digest expected) {
    ArchivedFile file = null;
    try {
      file = ArchivedFile.open(path(blob), name);
      if (file != null) {
        Bundle.Entry content = file.copyTo(OutputStream.nullOutputStream());
        if (content.digest().equals(expected)) {
          StoredFile opened = new StoredFile(file, content);
          file = null;
          return opened;
        }
      }
      throw new CorruptBlob(blob, "its file " + name + " is not what was registered");
    } catch (InvalidBundle e) {
      throw new CorruptBlob(blob, String.valueOf(e.getMessage()));
    } catch (NoSuchFileException e) {
      throw new CorruptBlob(blob, "it is gone");
    } catch (IOException e) {
      throw refusal(e);
    } finally {
      if (file != null) {
        file.close();
      }
    }
  }

  /// @throws CorruptBlob if the stored bytes are missing or do not match `blob`
  void verify(Digest blob) {
    verify(blob, UnaryOperator.identity());
  }

  /// Like [#verify(Digest)].
  ///
  /// @param reading wraps the stream that is read, to limit its rate
  void verify(Digest blob, UnaryOperator<InputStream> reading) {
    try (InputStream in = reading.apply(Files.newInputStream(path(blob)))) {
      Digest found = Digest.of(in);
      if (!found.equals(blob)) {
        throw new CorruptBlob(blob, "its bytes have " + found);
      }
    } catch (NoSuchFileException e) {
      throw new CorruptBlob(blob, "it is gone");
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  /// Whether there is a file for `blob`, intact or not.
  boolean has(Digest blob) {
    return Files.exists(path(blob));
  }

  Path path(Digest blob) {
    return shard(blob).resolve(blob.hex());
  }

  private Path shard(Digest blob) {
    return blobs.resolve(blob.hex().substring(0, 2));
  }

  /// A stored blob, on the disk or in the bucket.
  ///
  /// @param modified the time of its last commit, by the clock of the place where it is stored
  record Stored(Digest blob, long size, Instant modified) {
    Stored younger(Stored other) {
      return other.modified.isAfter(modified) ? other : this;
    }
  }

  /// All blobs on the disk.
  List<Stored> list() {
    List<Stored> stored = new ArrayList<>();
    for (Path file : files()) {
      try {
        stored.add(
            new Stored(
                new Digest(file.getFileName().toString()),
                Files.size(file),
                Files.getLastModifiedTime(file).toInstant()));
      } catch (NoSuchFileException e) {
        // Deleted by garbage collection meanwhile.
      } catch (IOException e) {
        throw refusal(e);
      }
    }
    return stored;
  }

  /// Deletes a blob that was last committed before `horizon`. A later commit means that the blob
  /// is in use again.
  ///
  /// @return whether it was deleted
  boolean delete(Digest blob, Instant horizon) {
    Path file = path(blob);
    try {
      synchronized (this) {
        return old(file, horizon) && Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  /// Computes [#bytes] from the files.
  void count() {
    bytes.set(files().stream().mapToLong(file -> file.toFile().length()).sum());
  }

  /// Deletes the folders that crashed uploads have left. Call it only before the first upload.
  ///
  /// @return the number of folders
  int sweep() {
    try (Stream<Path> left = Files.list(incoming)) {
      List<Path> folders = left.toList();
      folders.forEach(removal::delete);
      return folders.size();
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  /// Tries again to delete the folders that finished uploads could not delete.
  ///
  /// @return the number of folders that were deleted
  int sweepLeft() {
    return removal.again();
  }

  /// The total size of all blobs in bytes. Commits add to it; [#count] computes it from the
  /// files.
  long bytes() {
    return bytes.get();
  }

  /// The free space on the disk, in bytes.
  long freeBytes() {
    return blobs.toFile().getUsableSpace();
  }

  static Refusal refusal(UncheckedIOException e) {
    return e.getCause() instanceof IOException cause
        ? refusal(cause)
        : new Refusal.Unavailable("the store can't be used");
  }

  /// The refusal for an I/O error of the store.
  static Refusal refusal(IOException e) {
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    String lower = reason == null ? "" : reason.toLowerCase(Locale.ROOT);
    if (lower.contains("no space left") || lower.contains("quota exceeded")) {
      return new Refusal.NoSpace("the store's disk is full");
    }
    return new Refusal.Unavailable(
        "the store can't be used: " + (reason == null ? e.getClass().getSimpleName() : reason));
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.walk(blobs, 2)) {
      return all.filter(file -> file.getFileName().toString().length() == 64).toList();
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  private static boolean old(Path file, Instant horizon) throws IOException {
    return Files.exists(file) && Files.getLastModifiedTime(file).toInstant().isBefore(horizon);
  }

  private void requireSpace() {
    if (freeBytes() < reserve) {
      throw new Refusal.NoSpace(
          "the store's disk has less than " + reserve + " bytes left, which are reserved");
    }
  }

  private static OutputStream open(Path file) {
    try {
      return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  private static void write(OutputStream out, byte[] buffer, int n) {
    try {
      out.write(buffer, 0, n);
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the store spans two file systems", e);
    }
  }

  static void sync(Path path, StandardOpenOption how) throws IOException {
    // Windows can't open folders; its file system journals renames.
    if (how == StandardOpenOption.READ && path.getFileSystem().getSeparator().equals("\\")) {
      return;
    }
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }

  /// A file that was received completely.
  ///
  /// @param digest of its bytes
  record Received(Path file, Digest digest, long size) {}
}
