package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.BlackHole;
import io.slipway.SharedStore;
import io.slipway.bundle.Digest;
import io.slipway.registry.BlobStore.Received;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archives on a disk and in a bucket of a real server.
@Tag("slow")
class ArchivesTest {
  @TempDir static Path shared;
  private static SharedStore server;

  @TempDir Path temp;
  private Bucket bucket;
  private BlobStore disk;
  private Archives archives;

  @BeforeAll
  static void start() throws IOException {
    server = SharedStore.start(shared.resolve("bucket"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    bucket = bucket(server.port(), Duration.ofSeconds(60), true);
    bucket.list(stored -> bucket.delete(stored.blob()));
    disk = new BlobStore(temp.resolve("disk"), 0, InstantSource.system());
    archives = new Archives(disk, bucket);
  }

  @Test
  void anArchiveIsCommittedOnceTheBucketHasItAndNotWithoutIt() throws IOException {
    Digest blob = committed("a");
    assertThat(Files.readString(inBucket(blob))).isEqualTo("a");
    assertThat(Files.readString(disk.path(blob))).isEqualTo("a");

    server.stop();
    try {
      Digest refused = Digest.of("b".getBytes(StandardCharsets.UTF_8));
      assertThatThrownBy(() -> committed("b")).isInstanceOf(Refusal.Unavailable.class);
      assertThat(disk.has(refused)).isFalse();
      assertThat(archives.verified(blob)).as("read without the bucket").isNotNull();
    } finally {
      server.restart();
    }
  }

  @Test
  void theDiskIsFilledAndMendedFromTheBucket() throws IOException {
    Digest blob = committed("right");
    Files.delete(disk.path(blob));
    Path copy = temp.resolve("copy");
    archives.copy(blob, copy);
    assertThat(Files.readString(copy)).isEqualTo("right");

    Files.writeString(disk.path(blob), "wrong");
    assertThat(Files.readString(archives.verified(blob))).isEqualTo("right");

    Files.writeString(disk.path(blob), "wrong");
    assertThat(archives.scrub(blob, UnaryOperator.identity())).contains("repaired from the bucket");
    assertThat(Files.readString(disk.path(blob))).isEqualTo("right");
    assertThat(archives.scrub(blob, UnaryOperator.identity())).isNull();
  }

  @Test
  void theBucketIsMendedFromTheDiskByTheScrubber() throws IOException {
    Digest blob = committed("right");
    Files.writeString(inBucket(blob), "wrong");
    assertThat(archives.scrub(blob, UnaryOperator.identity()))
        .contains(blob.toString())
        .contains("repaired from this replica's disk");
    assertThat(Files.readString(inBucket(blob))).isEqualTo("right");

    Files.delete(inBucket(blob));
    assertThat(archives.scrub(blob, UnaryOperator.identity())).contains("it is gone");
    assertThat(Files.readString(inBucket(blob))).isEqualTo("right");
  }

  @Test
  void wrongBytesOfTheBucketReachNobody() throws IOException {
    Digest blob = committed("right");
    Files.writeString(inBucket(blob), "wrong");
    Files.delete(disk.path(blob));
    Path copy = temp.resolve("copy");
    assertThatThrownBy(() -> archives.copy(blob, copy))
        .isInstanceOf(CorruptBlob.class)
        .hasMessageContaining(blob.toString())
        .hasMessageContaining("the bucket models");
    assertThat(disk.has(blob)).isFalse();
    assertThatThrownBy(() -> archives.scrub(blob, UnaryOperator.identity()))
        .isInstanceOf(CorruptBlob.class);
  }

  @Test
  void garbageLeavesTheBucketAndWhatIsNeededOrYoungStays() throws IOException {
    Digest needed = committed("needed");
    Digest garbage = committed("garbage");
    Path foreign = inBucket(needed).resolveSibling("notes.txt");
    Files.writeString(foreign, "somebody else's");
    Instant past = Instant.EPOCH;
    Instant future = Instant.parse("2999-01-01T00:00:00Z");
    assertThat(archives.list())
        .extracting(BlobStore.Stored::blob)
        .as("each once, wherever it lies")
        .containsExactlyInAnyOrder(needed, garbage);
    assertThat(archives.delete(garbage, past)).as("too young").isFalse();
    assertThat(archives.delete(garbage, future)).isTrue();
    assertThat(archives.delete(garbage, future)).as("gone already").isFalse();
    assertThat(bucket.find(garbage)).isNull();
    assertThat(bucket.find(needed)).isNotNull();
    assertThat(disk.has(garbage)).isFalse();
    assertThat(foreign).exists();
  }

  @Test
  void anArchiveThatWasTakenForGarbageMeanwhileIsPutBack() throws IOException {
    Received received = received("wanted after all");
    archives.commit(received);
    bucket.delete(received.digest());
    archives.confirm(received);
    assertThat(bucket.find(received.digest())).isNotNull();
  }

  private static Bucket bucket(int port, Duration timeout, boolean checksums) {
    return new Bucket(server.client(port), SharedStore.BUCKET, "slipway/", timeout, checksums);
  }

  @Test
  void aSilentStoreIsWaitedForNoLongerThanTheTimeout() throws IOException {
    Received large = received("x".repeat(16 << 20));
    Digest blob = committed("here");
    try (BlackHole proxy = new BlackHole(server.port())) {
      Bucket silent = bucket(proxy.port(), Duration.ofMillis(300), true);
      BlackHole.silence(proxy.port(), 0);
      Map<String, ThrowingCallable> calls =
          Map.of(
              "find", () -> silent.find(blob),
              "list", () -> silent.list(stored -> {}),
              "delete", () -> silent.delete(blob),
              "read", () -> silent.read(blob, InputStream::readAllBytes),
              "put", () -> silent.put(large.digest(), large.file(), large.size()));
      calls.forEach(
          (name, call) -> {
            long begun = System.nanoTime();
            assertThatThrownBy(call)
                .as(name)
                .isInstanceOf(Refusal.Unavailable.class)
                .hasMessageContaining("the bucket models can't be used: no answer within");
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .as(name)
                .isLessThan(Duration.ofSeconds(10));
          });
    }
    assertThat(bucket.find(blob)).as("not deleted").isNotNull();
  }

  @Test
  void aDownloadThatStallsIsGivenUpAndOneWhoseReaderIsSlowIsNot() throws IOException {
    Digest blob = committed("y".repeat(4 << 20));
    Files.delete(disk.path(blob));
    Duration timeout = Duration.ofMillis(300);
    try (BlackHole proxy = new BlackHole(server.port())) {
      Bucket by = bucket(proxy.port(), timeout, true);
      Archives stalling = new Archives(disk, by);
      BlackHole.silence(proxy.port(), 1 << 20);
      assertThatThrownBy(() -> stalling.verified(blob))
          .isInstanceOf(Refusal.Unavailable.class)
          .hasMessageContaining("no answer within");
      assertThat(disk.has(blob)).isFalse();

      BlackHole.restore(proxy.port());
      CountDownLatch never = new CountDownLatch(1);
      Digest read =
          by.read(
              blob,
              in -> {
                try {
                  assertThat(never.await(3 * timeout.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
                } catch (InterruptedException e) {
                  throw new AssertionError("given up", e);
                }
                return Digest.of(in);
              });
      assertThat(read).isEqualTo(blob);
    }
  }

  @Test
  void theCallThatRunsIsNotOutlived() throws IOException {
    Digest blob = committed("here");
    try (BlackHole proxy = new BlackHole(server.port())) {
      Bucket silent = bucket(proxy.port(), Duration.ofHours(1), true);
      BlackHole.silence(proxy.port(), 0);
      CallDeadline call = CallDeadline.after(Duration.ofMillis(400));
      assertThatThrownBy(() -> call.within(() -> silent.find(blob)))
          .isInstanceOf(Refusal.Unavailable.class);
      assertThat(call.workLeft()).isNegative();
    }
  }

  @Test
  void aStoreThatRefusesChecksumsIsUsedWithoutThem() throws IOException {
    try (ChecksumRefusingProxy old = new ChecksumRefusingProxy(server.port())) {
      Received received = received("an archive for an old store");
      Bucket telling = bucket(old.port(), Duration.ofSeconds(60), true);
      assertThatThrownBy(() -> telling.put(received.digest(), received.file(), received.size()))
          .isInstanceOf(Refusal.Unavailable.class)
          .hasMessageContaining("501");
      int refused = old.refused();
      assertThat(refused).isPositive();

      Archives without = new Archives(disk, bucket(old.port(), Duration.ofSeconds(60), false));
      without.commit(received);
      without.confirm(received);
      Files.delete(disk.path(received.digest()));
      assertThat(without.verified(received.digest())).hasContent("an archive for an old store");
      assertThat(without.scrub(received.digest(), UnaryOperator.identity())).isNull();
      assertThat(without.list()).hasSize(1);
      assertThat(without.delete(received.digest(), Instant.MAX)).isTrue();
      assertThat(old.refused()).isEqualTo(refused);
    }
  }

  private Path inBucket(Digest blob) {
    return server.file(blob.hex());
  }

  private Digest committed(String text) throws IOException {
    Received received = received(text);
    archives.commit(received);
    return received.digest();
  }

  private Received received(String text) throws IOException {
    Path file = disk.workspace().folder().resolve("received");
    return disk.receive(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), file, Long.MAX_VALUE);
  }
}
