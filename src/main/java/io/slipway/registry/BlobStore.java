package io.slipway.registry;

import io.slipway.bundle.BundleArchive;
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

/// Archives by the SHA-256 of their bytes, on the local disk: `blobs/ab/abcd…`, and `incoming/` for
/// what is on its way.
///
/// Guarantees: a blob under its digest is whole and on the disk (file and folder are synced before
/// and after an atomic rename); nothing of a refused or broken upload stays; the same bytes are
/// kept once, and mend those that have rotted; a blob that was committed a moment ago is not
/// collected.
@ApplicationScoped
class BlobStore {
  private static final int BUFFER = 1 << 16;

  private final Path blobs;
  private final Path incoming;
  private final long reserve;
  private final InstantSource clock;
  private final AtomicLong bytes = new AtomicLong();

  private final FolderRemoval removal = new FolderRemoval();

  @Inject
  BlobStore(
      @ConfigProperty(name = "slipway.data") Path data,
      RegistryConfig config,
      InstantSource clock) {
    this(data.resolve("store"), config.reserve().asLongValue(), clock);
  }

  /// @param reserve bytes of the disk that uploads leave free
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

  /// A folder for one upload, deleted with all that is in it when closed.
  Workspace workspace() {
    try {
      return new Workspace(Files.createTempDirectory(incoming, "upload-"), removal);
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  /// Writes `in` to `file`, hashing.
  ///
  /// @throws Refusal.TooLarge over `limit` bytes
  /// @throws Refusal.NoSpace where the disk would be full
  /// @throws IOException where `in` fails
  Received receive(InputStream in, Path file, long limit) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    long size = 0;
    byte[] buffer = new byte[BUFFER];
    try (OutputStream out = open(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        size += n;
        if (size > limit) {
          throw new Refusal.TooLarge("an upload has at most " + limit + " bytes");
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

  /// What lies in `file`.
  Received measure(Path file) {
    try {
      return new Received(file, Digest.of(file), Files.size(file));
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  /// Moves a received file, which lies in a workspace, to its place. Only after this may a row
  /// refer to it.
  void commit(Received received) {
    Path place = path(received.digest());
    Path shard = shard(received.digest());
    try {
      sync(received.file(), StandardOpenOption.WRITE);
      // Against collection: whoever refers to a blob makes it young first.
      synchronized (this) {
        Files.createDirectories(shard);
        if (isWhole(place, received)) {
          Files.setLastModifiedTime(place, FileTime.from(clock.instant()));
        } else {
          move(received.file(), place);
          bytes.addAndGet(received.size());
          Files.setLastModifiedTime(place, FileTime.from(clock.instant()));
        }
      }
      sync(shard, StandardOpenOption.READ);
      sync(blobs, StandardOpenOption.READ);
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  /// Whether the same bytes are there already: those that have rotted are replaced.
  private static boolean isWhole(Path place, Received received) throws IOException {
    return Files.exists(place)
        && Files.size(place) == received.size()
        && Digest.of(place).equals(received.digest());
  }

  /// Copies a blob to `target`, verifying every byte.
  ///
  /// @throws CorruptBlob where the bytes are not those of `blob`
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

  /// Copies one file out of an archive, verifying its bytes: next to the store, or to the temporary
  /// folder where the store's disk is full or can't be written.
  StoredFile extract(Digest blob, String name, Digest expected) {
    try {
      return extract(workspace(), blob, name, expected);
    } catch (Refusal.NoSpace | Refusal.Unavailable e) {
      return extract(elsewhere(e), blob, name, expected);
    }
  }

  /// A workspace on another disk, where there is one.
  ///
  /// @param why the store's own can't be used
  private Workspace elsewhere(Refusal why) {
    try {
      return new Workspace(Files.createTempDirectory("slipway-read"), removal);
    } catch (IOException e) {
      throw why;
    }
  }

  private StoredFile extract(Workspace workspace, Digest blob, String name, Digest expected) {
    try {
      Path target = workspace.folder().resolve("file");
      boolean found;
      try (OutputStream out = open(target)) {
        found = BundleArchive.copy(path(blob), name, out);
      }
      Received copy = measure(target);
      if (!found || !copy.digest().equals(expected)) {
        throw new CorruptBlob(blob, "its file " + name + " is not what was registered");
      }
      return new StoredFile(workspace, copy);
    } catch (InvalidBundle e) {
      workspace.close();
      throw new CorruptBlob(blob, String.valueOf(e.getMessage()));
    } catch (NoSuchFileException e) {
      workspace.close();
      throw new CorruptBlob(blob, "it is gone");
    } catch (IOException e) {
      workspace.close();
      throw refusal(e);
    } catch (CorruptBlob | Refusal e) {
      workspace.close();
      throw e;
    }
  }

  /// @throws CorruptBlob where the bytes on the disk are not those of `blob`
  void verify(Digest blob) {
    verify(blob, UnaryOperator.identity());
  }

  /// As [#verify(Digest)].
  ///
  /// @param reading how the bytes are read
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

  /// Whether there is something under `blob`, whole or not.
  boolean has(Digest blob) {
    return Files.exists(path(blob));
  }

  Path path(Digest blob) {
    return shard(blob).resolve(blob.hex());
  }

  private Path shard(Digest blob) {
    return blobs.resolve(blob.hex().substring(0, 2));
  }

  /// A blob that lies here, or in a bucket.
  ///
  /// @param modified when it was committed last, by the clock of where it lies
  record Stored(Digest blob, long size, Instant modified) {
    Stored younger(Stored other) {
      return other.modified.isAfter(modified) ? other : this;
    }
  }

  /// Every blob.
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
        // Collected meanwhile.
      } catch (IOException e) {
        throw refusal(e);
      }
    }
    return stored;
  }

  /// Deletes a blob that was last committed before `horizon`: whoever has committed it again since
  /// needs it.
  ///
  /// @return whether it was there and is gone
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

  /// Counts [#bytes] anew.
  void count() {
    bytes.set(files().stream().mapToLong(file -> file.toFile().length()).sum());
  }

  /// Deletes what crashed uploads have left; only before the first upload.
  ///
  /// @return how many
  int sweep() {
    try (Stream<Path> left = Files.list(incoming)) {
      List<Path> folders = left.toList();
      folders.forEach(removal::delete);
      return folders.size();
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  /// Deletes what finished uploads could not delete.
  ///
  /// @return how many folders are gone
  int sweepLeft() {
    return removal.again();
  }

  /// Bytes of all blobs, counted anew by [#count].
  long bytes() {
    return bytes.get();
  }

  /// Bytes that the disk has left.
  long freeBytes() {
    return blobs.toFile().getUsableSpace();
  }

  static Refusal refusal(UncheckedIOException e) {
    return e.getCause() instanceof IOException cause
        ? refusal(cause)
        : new Refusal.Unavailable("the store can't be used");
  }

  /// What an I/O fault of the store answers.
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
          "the store's disk has less than " + reserve + " bytes left, which uploads do not use");
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
    // Windows opens no folders; its rename is journalled.
    if (how == StandardOpenOption.READ && path.getFileSystem().getSeparator().equals("\\")) {
      return;
    }
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }

  /// A file that was received whole.
  ///
  /// @param digest of its bytes
  record Received(Path file, Digest digest, long size) {}
}
