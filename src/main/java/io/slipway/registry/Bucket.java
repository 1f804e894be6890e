package io.slipway.registry;

import io.slipway.bundle.Digest;
import io.slipway.registry.BlobStore.Stored;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ServiceClientConfiguration;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Stores archives in a bucket of an S3-compatible store, by the SHA-256 of their bytes. The
/// bytes are not trusted: readers must hash them. If the store refuses, or is silent for longer
/// than `timeout` or than the running [CallDeadline] leaves, methods throw [Refusal.Unavailable].
final class Bucket {
  private static final int NOT_FOUND = 404;

  /// A store may check or copy an archive before it acknowledges it: it has another second for
  /// each of so many bytes.
  private static final long TAKEN_IN_A_SECOND = 16L << 20;

  private final S3Client client;
  private final String name;
  private final String prefix;
  private final Duration timeout;
  private final boolean checksums;

  Bucket(S3Client client, String name, StoreConfig config) {
    this(client, name, config.prefix(), config.timeout(), config.checksums());
  }

  /// @param prefix the start of the key of every archive
  /// @param checksums whether the store is told, and asked for, checksums
  Bucket(S3Client client, String name, String prefix, Duration timeout, boolean checksums) {
    this.client = client;
    this.name = name;
    this.prefix = prefix;
    this.timeout = timeout;
    this.checksums = checksums;
  }

  /// Writes an archive, and returns once the store has acknowledged it. The request has the
  /// SHA-256, which some stores verify, unless checksums are off. A second request compares the
  /// size, which works with every store.
  void put(Digest blob, Path file, long size) {
    Duration patience = timeout.plusSeconds(size / TAKEN_IN_A_SECOND);
    call(
        CallDeadline.atMost(patience),
        request -> {
          client.putObject(
              put -> {
                put.bucket(name)
                    .key(key(blob))
                    .contentType("application/zip")
                    .contentLength(size)
                    .overrideConfiguration(this::configure);
                if (checksums) {
                  put.checksumAlgorithm(ChecksumAlgorithm.SHA256)
                      .checksumSHA256(
                          Base64.getEncoder().encodeToString(HexFormat.of().parseHex(blob.hex())));
                }
              },
              RequestBody.fromContentProvider(
                  () -> request.sent(opened(file)), size, "application/zip"));
          return size;
        });
    Stored stored = find(blob);
    if (stored == null || stored.size() != size) {
      throw new Refusal.Unavailable("the bucket " + name + " did not keep the archive: try again");
    }
  }

  private static InputStream opened(Path file) {
    try {
      return Files.newInputStream(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The size and time of `blob` in the bucket; null if the bucket does not have it.
  @Nullable Stored find(Digest blob) {
    return this.<@Nullable Stored>brief(
        () -> {
          HeadObjectResponse head =
              client.headObject(request -> request.bucket(name).key(key(blob)));
          return new Stored(blob, head.contentLength(), head.lastModified());
        });
  }

  /// Passes the bytes that the bucket has for `blob`, unverified, to `reader`, which runs on
  /// another thread. Reading them fails with [OtherBytes] if the store's own checksum does not
  /// match.
  ///
  /// @return what `reader` returns; null if the bucket has no such bytes
  <T> @Nullable T read(Digest blob, Reader<T> reader) {
    return call(
        CallDeadline.atMost(timeout),
        request -> {
          try (InputStream in =
              client.getObject(
                  get -> get.bucket(name).key(key(blob)).overrideConfiguration(this::configure))) {
            return reader.read(new Checked(request.received(in)));
          }
        });
  }

  /// Reads an archive of the bucket.
  interface Reader<T> {
    T read(InputStream in) throws IOException;
  }

  /// Thrown if the bytes read do not match the store's own checksum.
  static final class OtherBytes extends IOException {
    private static final long serialVersionUID = 1;

    OtherBytes(SdkException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /// Turns the client's exceptions into I/O exceptions, as readers of a stream expect.
  private static final class Checked extends FilterInputStream {
    Checked(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (SdkException e) {
        throw new OtherBytes(e);
      }
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      try {
        return super.read(into, from, length);
      } catch (SdkException e) {
        throw new OtherBytes(e);
      }
    }
  }

  void delete(Digest blob) {
    brief(() -> client.deleteObject(request -> request.bucket(name).key(key(blob))));
  }

  /// Passes every archive to `each`.
  void list(Consumer<Stored> each) {
    String token = null;
    do {
      String from = token;
      ListObjectsV2Response page =
          brief(
              () ->
                  client.listObjectsV2(
                      request -> request.bucket(name).prefix(prefix).continuationToken(from)));
      if (page == null) {
        throw new Refusal.Unavailable("there is no bucket " + name);
      }
      for (S3Object object : page.contents()) {
        String hex = object.key().substring(object.key().lastIndexOf('/') + 1);
        // Ignore objects that are not archives of this registry.
        if (hex.matches("[0-9a-f]{64}") && object.key().equals(key(new Digest(hex)))) {
          each.accept(new Stored(new Digest(hex), object.size(), object.lastModified()));
        }
      }
      token = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
    } while (token != null);
  }

  /// The key of an object, built like the path on the disk: `ab/abcd…`.
  private String key(Digest blob) {
    return prefix + blob.hex().substring(0, 2) + "/" + blob.hex();
  }

  /// Without checksums, the client sends and asks for none of its own either.
  private void configure(AwsRequestOverrideConfiguration.Builder request) {
    if (!checksums) {
      request.addPlugin(
          client -> {
            if (client instanceof S3ServiceClientConfiguration.Builder s3) {
              s3.requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                  .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
            }
          });
    }
  }

  /// Sends a request without an archive.
  private <T extends @Nullable Object> @Nullable T brief(Supplier<T> request) {
    Duration limit = CallDeadline.atMost(timeout);
    return this.<T>call(limit, _ -> request.get());
  }

  /// @return null if the store answers 404
  private <T extends @Nullable Object> @Nullable T call(
      Duration patience, StoreRequest.Work<T> work) {
    try {
      return StoreRequest.run(patience, work);
    } catch (StoreRequest.Silent e) {
      throw refusal(e);
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_FOUND) {
        return null;
      }
      throw refusal(e);
    } catch (SdkException | UncheckedIOException e) {
      // The client throws an UncheckedIOException if the connection breaks while it writes.
      throw refusal(e);
    }
  }

  /// The refusal for a read that failed.
  Refusal refusal(IOException e) {
    return new Refusal.Unavailable("the bucket " + name + " can't be read: " + e.getMessage());
  }

  private Refusal refusal(Exception e) {
    return new Refusal.Unavailable("the bucket " + name + " can't be used: " + e.getMessage());
  }

  @Override
  public String toString() {
    return "the bucket " + name;
  }
}
