package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.bundle.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadsTest {
  private static final Caller ANNA = new Caller("anna", "request-1");
  private static final Caller BEN = new Caller("ben", "request-2");

  @TempDir Path folder;

  private Uploads uploads() {
    return uploads(InstantSource.system());
  }

  private Uploads uploads(InstantSource clock) {
    return new Uploads(folder, 1000, 0, Duration.ofHours(24), clock);
  }

  private static PartialUpload begin(Uploads uploads, long size) {
    return uploads.begin("m", Upload.Kind.ZIP, size, null, ANNA);
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  /// A connection that breaks.
  private static InputStream broken() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("reset");
      }
    };
  }

  @Test
  void goesOnWhereItsConnectionBrokeAlsoInAnotherProcess() throws IOException {
    Digest digest = Digest.of("abcdefgh".getBytes(StandardCharsets.UTF_8));
    PartialUpload begun = uploads().begin("m", Upload.Kind.ONNX, 8, digest, ANNA);
    assertThat(uploads().append("m", begun.id(), 0, bytes("abc"), ANNA).offset()).isEqualTo(3);
    assertThatThrownBy(
            () ->
                uploads()
                    .append(
                        "m", begun.id(), 3, new SequenceInputStream(bytes("de"), broken()), ANNA))
        .isInstanceOf(Refusal.Malformed.class)
        .hasMessageContaining("the bytes that arrived are kept");

    Uploads later = uploads();
    PartialUpload found = later.list("m", ANNA).getFirst();
    assertThat(found.offset()).isEqualTo(5);
    assertThat(found.expected()).isEqualTo(digest);
    assertThat(found.kind()).isEqualTo(Upload.Kind.ONNX);
    assertThatThrownBy(() -> later.whole(found))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("5 of 8");
    PartialUpload whole = later.append("m", begun.id(), 5, bytes("fgh"), ANNA);
    assertThat(later.whole(whole)).hasContent("abcdefgh");
  }

  @Test
  void aPartThatDoesNotFollowOnOrGoesBeyondIsRefused() {
    Uploads uploads = uploads();
    PartialUpload begun = begin(uploads, 4);
    uploads.append("m", begun.id(), 0, bytes("ab"), ANNA);
    for (long offset : new long[] {0, 1, 3}) {
      assertThatThrownBy(() -> uploads.append("m", begun.id(), offset, bytes("x"), ANNA))
          .isInstanceOf(Refusal.Conflict.class)
          .hasMessageContaining("2 bytes");
    }
    for (InputStream beyond :
        List.of(bytes("cde"), new SequenceInputStream(bytes("cd"), bytes("e")))) {
      assertThatThrownBy(() -> uploads.append("m", begun.id(), 2, beyond, ANNA))
          .isInstanceOf(Refusal.TooLarge.class);
    }
    assertThat(uploads.find("m", begun.id(), ANNA).offset()).isEqualTo(2);
  }

  @Test
  void whatTheDiskDoesNotGiveIsUnavailableAndNotGone() throws IOException {
    Instant later = Instant.now().plus(Duration.ofDays(2));
    String id = begin(uploads(), 4).id();
    Path about = folder.resolve(id).resolve("about.json");
    // Reading a folder is an I/O error, also for root.
    Files.delete(about);
    Files.createDirectory(about);
    assertThatThrownBy(() -> uploads().find("m", id, ANNA)).isInstanceOf(Refusal.Unavailable.class);
    assertThat(uploads(InstantSource.fixed(later)).expire()).isZero();
    assertThat(folder.resolve(id)).exists();
  }

  @Test
  void aDescriptionThatIsDamagedIsNone() throws IOException {
    String id = begin(uploads(), 4).id();
    Path about = folder.resolve(id).resolve("about.json");
    byte[] bytes = Files.readAllBytes(about);
    bytes[bytes.length - 3] = (byte) 0xff;
    Files.write(about, bytes);
    assertThatThrownBy(() -> uploads().find("m", id, ANNA)).isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void nobodySeesAnotherOnesOrOfAnotherModel() {
    Uploads uploads = uploads();
    String id = begin(uploads, 4).id();
    assertThat(uploads.list("m", BEN)).isEmpty();
    assertThat(uploads.list("n", ANNA)).isEmpty();
    assertThatThrownBy(() -> uploads.append("m", id, 0, bytes("x"), BEN))
        .isInstanceOf(Refusal.NotFound.class);
    assertThatThrownBy(() -> uploads.abandon("n", id, ANNA)).isInstanceOf(Refusal.NotFound.class);
    for (String path : new String[] {"..", "../" + id, "", "x".repeat(26), id + "/."}) {
      assertThatThrownBy(() -> uploads.find("m", path, ANNA)).isInstanceOf(Refusal.NotFound.class);
    }
  }

  @Test
  void isBoundedInSizeAndNumber() {
    Uploads uploads = uploads();
    assertThatThrownBy(() -> begin(uploads, 1001)).isInstanceOf(Refusal.TooLarge.class);
    assertThatThrownBy(() -> begin(uploads, 0)).isInstanceOf(Refusal.InvalidValue.class);
    Uploads full =
        new Uploads(folder, 1000, Long.MAX_VALUE, Duration.ofHours(24), InstantSource.system());
    assertThatThrownBy(() -> begin(full, 1)).isInstanceOf(Refusal.NoSpace.class);
    for (int i = 0; i < Uploads.MOST; i++) {
      begin(uploads, 1);
    }
    assertThatThrownBy(() -> begin(uploads, 1)).isInstanceOf(Refusal.Conflict.class);
  }

  @Test
  void whatNobodyFinishesExpires() throws IOException {
    Uploads uploads = uploads();
    PartialUpload begun = begin(uploads, 4);
    assertThat(uploads.expire()).isZero();
    Instant later = begun.expiresAt().plusSeconds(1);
    assertThat(uploads(InstantSource.fixed(later)).expire()).isEqualTo(1);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  /// A connection that says no more and is not closed, until somebody interrupts who reads it.
  private static final class Hanging extends InputStream {
    private final CountDownLatch read = new CountDownLatch(1);

    @Override
    public int read() throws IOException {
      read.countDown();
      try {
        new CountDownLatch(1).await();
        return -1;
      } catch (InterruptedException e) {
        throw new InterruptedIOException();
      }
    }
  }

  @Test
  void whoComesLaterTakesOverFromAConnectionThatHangs() throws Exception {
    Uploads uploads = uploads();
    String id = begin(uploads, 4).id();
    Hanging hanging = new Hanging();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        Future<?> first =
            threads.submit(
                () ->
                    uploads.append(
                        "m", id, 0, new SequenceInputStream(bytes("ab"), hanging), ANNA));
        hanging.read.await();
        assertThatThrownBy(() -> uploads.append("m", id, 0, bytes("abcd"), ANNA))
            .as("the first two bytes have come by the connection that hung")
            .isInstanceOf(Refusal.Conflict.class)
            .hasMessageContaining("2 bytes");
        assertThatThrownBy(first::get).hasCauseInstanceOf(Refusal.Malformed.class);
        assertThat(uploads.append("m", id, 2, bytes("cd"), ANNA).offset()).isEqualTo(4);
      } finally {
        // Else a failure would wait for the connection that hangs.
        threads.shutdownNow();
      }
    }
  }
}
