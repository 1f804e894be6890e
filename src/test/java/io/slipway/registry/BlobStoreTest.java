package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.slipway.bundle.Digest;
import io.slipway.registry.BlobStore.Received;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobStoreTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final byte[] BYTES = "an archive".getBytes();

  @TempDir Path folder;

  @Test
  void whatIsCommittedIsFoundByItsDigest() throws IOException {
    BlobStore store = store(0, NOW);
    Received received = commit(store, BYTES);
    assertThat(received.digest()).isEqualTo(Digest.of(BYTES));
    assertThat(received.size()).isEqualTo(BYTES.length);
    assertThat(store.path(received.digest())).hasBinaryContent(BYTES);
    assertThat(store.bytes()).isEqualTo(BYTES.length);
    Path copy = folder.resolve("copy");
    store.copy(received.digest(), copy);
    assertThat(copy).hasBinaryContent(BYTES);
  }

  @Test
  void theSameBytesAreKeptOnce() throws IOException {
    BlobStore store = store(0, NOW);
    commit(store, BYTES);
    commit(store, BYTES);
    assertThat(files()).hasSize(1);
    assertThat(store.bytes()).isEqualTo(BYTES.length);
  }

  @Test
  void aCommitIsNotHeldUpByAnotherThatReadsItsStoredCopy() throws Exception {
    BlobStore store = store(0, NOW);
    commit(store, BYTES);
    AtomicBoolean during = new AtomicBoolean();
    try (Workspace workspace = store.workspace();
        ExecutorService one = Executors.newSingleThreadExecutor()) {
      Path again = workspace.folder().resolve("again");
      Received received = store.receive(new ByteArrayInputStream(BYTES), again, 100);
      store.commit(
          received,
          stored -> {
            Future<Received> other = one.submit(() -> commit(store, "another".getBytes()));
            try {
              other.get(10, TimeUnit.SECONDS);
              during.set(true);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
              other.cancel(true);
            }
            return stored;
          });
    }
    assertThat(during).isTrue();
    assertThat(files()).hasSize(2);
    assertThat(store.bytes()).isEqualTo(BYTES.length + "another".length());
  }

  @Test
  void aBlobThatWasCutShortIsReplacedByItsNextCommit() throws IOException {
    BlobStore store = store(0, NOW);
    Digest blob = commit(store, BYTES).digest();
    Files.write(store.path(blob), new byte[] {1});
    assertThatThrownBy(() -> store.verify(blob)).isInstanceOf(CorruptBlob.class);
    commit(store, BYTES);
    store.verify(blob);
  }

  @Test
  void aBlobThatHasRottedIsReplacedByItsNextCommit() throws IOException {
    BlobStore store = store(0, NOW);
    Digest blob = commit(store, BYTES).digest();
    byte[] rotten = BYTES.clone();
    rotten[3] ^= 1;
    Files.write(store.path(blob), rotten);
    assertThatThrownBy(() -> store.verify(blob)).isInstanceOf(CorruptBlob.class);
    commit(store, BYTES);
    store.verify(blob);
  }

  @Test
  void aFileIsReadInsideOfItsArchiveAndNothingIsWritten() throws IOException {
    BlobStore store = store(0, NOW);
    byte[] content = "of a file".repeat(10_000).getBytes();
    Digest blob = commit(store, zip("a.txt", content)).digest();
    Files.delete(folder.resolve("incoming"));
    List<Path> before = everything();
    try (StoredFile file = store.open(blob, "a.txt", Digest.of(content))) {
      assertThat(everything()).isEqualTo(before);
      assertThat(file.size()).isEqualTo(content.length);
      Files.delete(store.path(blob));
      ByteArrayOutputStream copy = new ByteArrayOutputStream();
      file.copyTo(copy);
      assertThat(copy.toByteArray()).isEqualTo(content);
      assertThat(file.read()).hasBinaryContent(content);
    }
    assertThatThrownBy(() -> store.open(blob, "a.txt", Digest.of(content)))
        .isInstanceOf(CorruptBlob.class)
        .hasMessageContaining("gone");
  }

  @Test
  void aFileThatIsNotWhatWasRegisteredIsNotRead() throws IOException {
    BlobStore store = store(0, NOW);
    byte[] content = "of a file".getBytes();
    byte[] zip = zip("a.txt", content);
    Digest blob = commit(store, zip).digest();
    assertThatThrownBy(() -> store.open(blob, "b.txt", Digest.of(content)))
        .isInstanceOf(CorruptBlob.class);
    assertThatThrownBy(() -> store.open(blob, "a.txt", Digest.of(BYTES)))
        .isInstanceOf(CorruptBlob.class);
    for (int length = 0; length < zip.length; length++) {
      Digest cut = commit(store, zip("c" + length, content)).digest();
      Files.write(store.path(cut), Arrays.copyOf(zip, length));
      assertThatThrownBy(() -> store.open(cut, "a.txt", Digest.of(content)))
          .as("cut to " + length)
          .isInstanceOf(CorruptBlob.class);
    }
    for (int i = 0; i < zip.length; i++) {
      Digest rotten = commit(store, zip("r" + i, content)).digest();
      byte[] bytes = zip.clone();
      bytes[i] ^= 4;
      Files.write(store.path(rotten), bytes);
      try (StoredFile file = store.open(rotten, "a.txt", Digest.of(content))) {
        assertThat(file.read()).as("byte " + i).hasBinaryContent(content);
      } catch (CorruptBlob e) {
        assertThat(e).hasMessageContaining(rotten.toString());
      }
    }
  }

  private static byte[] zip(String name, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
    return bytes.toByteArray();
  }

  private List<Path> everything() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted().toList();
    }
  }

  @Test
  void anUploadEndsAtItsLimitAndLeavesNothing() throws IOException {
    BlobStore store = store(0, NOW);
    try (Workspace workspace = store.workspace()) {
      Path file = workspace.folder().resolve("received");
      store.receive(new ByteArrayInputStream(BYTES), file, BYTES.length);
      assertThatThrownBy(
              () ->
                  store.receive(
                      new ByteArrayInputStream(BYTES),
                      workspace.folder().resolve("second"),
                      BYTES.length - 1))
          .isInstanceOf(Refusal.TooLarge.class);
    }
    assertThat(files()).isEmpty();
    assertThat(folder.resolve("incoming")).isEmptyDirectory();
  }

  @Test
  void uploadsLeaveTheReserveOfTheDiskAlone() throws IOException {
    BlobStore store = store(Long.MAX_VALUE, NOW);
    assertThatThrownBy(() -> commit(store, BYTES)).isInstanceOf(Refusal.NoSpace.class);
    assertThat(folder.resolve("incoming")).isEmptyDirectory();
  }

  @Test
  void aFullDiskIsNoSpaceAndLeavesNothing() throws IOException {
    Path full = Path.of("/dev/full");
    assumeThat(Files.isWritable(full)).isTrue();
    BlobStore store = store(0, NOW);
    try (Workspace workspace = store.workspace()) {
      Path file = workspace.folder().resolve("received");
      Files.createSymbolicLink(file, full);
      assertThatThrownBy(() -> store.receive(new ByteArrayInputStream(BYTES), file, 100))
          .isInstanceOf(Refusal.class);
    }
    assertThat(folder.resolve("incoming")).isEmptyDirectory();
    assertThat(BlobStore.refusal(new IOException("No space left on device")))
        .isInstanceOf(Refusal.NoSpace.class);
    assertThat(BlobStore.refusal(new FileSystemException("f", null, "Disk quota exceeded")))
        .isInstanceOf(Refusal.NoSpace.class);
    assertThat(BlobStore.refusal(new FileSystemException("f", null, "Read-only file system")))
        .isInstanceOf(Refusal.Unavailable.class)
        .hasMessageContaining("Read-only");
  }

  @Test
  void anUploadThatBreaksOffLeavesNothing() throws IOException {
    BlobStore store = store(0, NOW);
    InputStream broken =
        new SequenceInputStream(
            new ByteArrayInputStream(BYTES),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("reset");
              }
            });
    try (Workspace workspace = store.workspace()) {
      Path file = workspace.folder().resolve("received");
      assertThatThrownBy(() -> store.receive(broken, file, 1_000)).isInstanceOf(IOException.class);
    }
    assertThat(folder.resolve("incoming")).isEmptyDirectory();
  }

  @Test
  void theSweepRemovesWhatCrashedUploadsLeft() throws IOException {
    BlobStore store = store(0, NOW);
    Workspace crashed = store.workspace();
    Files.write(crashed.folder().resolve("received"), BYTES);
    Files.createDirectories(crashed.folder("bundle").resolve("deep"));
    Digest kept = commit(store, BYTES).digest();
    assertThat(store(0, NOW).sweep()).isEqualTo(1);
    assertThat(folder.resolve("incoming")).isEmptyDirectory();
    store.verify(kept);
  }

  @Test
  void whatCouldNotBeDeletedIsSweptWhileTheProcessRuns() throws IOException {
    BlobStore store = store(0, NOW);
    Workspace stuck = store.workspace();
    Files.write(stuck.folder().resolve("received"), BYTES);
    try (Workspace running = store.workspace()) {
      stuck.removal().later(stuck.folder());
      assertThat(store.sweepLeft()).isEqualTo(1);
      assertThat(folder.resolve("incoming").toFile().list())
          .containsExactly(running.folder().getFileName().toString());
    }
    assertThat(store.sweepLeft()).isZero();
  }

  @Test
  void onlyWhatIsOldCanBeDeleted() throws IOException {
    BlobStore before = store(0, NOW.minus(Duration.ofHours(30)));
    Digest needed = commit(before, new byte[] {1}).digest();
    Digest unneeded = commit(before, new byte[] {2}).digest();
    Digest renewed = commit(before, new byte[] {3}).digest();
    BlobStore store = store(0, NOW);
    Digest young = commit(store, new byte[] {4}).digest();
    commit(store, new byte[] {3});

    List<Digest> gone =
        store.list().stream()
            .map(BlobStore.Stored::blob)
            .filter(blob -> !blob.equals(needed))
            .filter(blob -> store.delete(blob, NOW.minus(Duration.ofHours(24))))
            .toList();
    store.count();

    assertThat(gone).containsExactly(unneeded);
    assertThat(store.path(unneeded)).doesNotExist();
    assertThat(List.of(needed, renewed, young)).allSatisfy(store::verify);
    assertThat(store.bytes()).isEqualTo(3);
  }

  private BlobStore store(long reserve, Instant now) {
    return new BlobStore(folder, reserve, InstantSource.fixed(now));
  }

  private static Received commit(BlobStore store, byte[] bytes) throws IOException {
    try (Workspace workspace = store.workspace()) {
      Received received =
          store.receive(
              new ByteArrayInputStream(bytes), workspace.folder().resolve("received"), 1_000);
      store.commit(received);
      return received;
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}
