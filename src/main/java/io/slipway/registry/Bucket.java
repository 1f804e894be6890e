package io.slipway.registry;

import io.slipway.bundle.Digest;
import io.slipway.registry.BlobStore.Stored;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Stores archives in a bucket of an S3-compatible store, by the SHA-256 of their bytes. The
/// bytes are not trusted: readers must hash them. If the store does not answer or refuses,
/// methods throw [Refusal.Unavailable] after the client's retries and time-outs.
final class Bucket {
  /// The time limit of calls without an archive.
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final int NOT_FOUND = 404;

  private final S3Client client;
  private final String name;
  private final String prefix;

  /// @param prefix the start of the key of every archive
  Bucket(S3Client client, String name, String prefix) {
    this.client = client;
    this.name = name;
    this.prefix = prefix;
  }

  /// Writes an archive, and returns once the store has acknowledged it. The request has the
  /// SHA-256, which some stores verify. A second request compares the size, which works with
  /// every store.
  void put(Digest blob, Path file, long size) {
    call(
        () -> {
          client.putObject(
              request ->
                  request
                      .bucket(name)
                      .key(key(blob))
                      .contentType("application/zip")
                      .contentLength(size)
                      .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                      .checksumSHA256(
                          Base64.getEncoder().encodeToString(HexFormat.of().parseHex(blob.hex()))),
              file);
          return size;
        });
    Stored stored = find(blob);
    if (stored == null || stored.size() != size) {
      throw new Refusal.Unavailable("the bucket " + name + " did not keep the archive: try again");
    }
  }

  /// The size and time of `blob` in the bucket; null if the bucket does not have it.
  @Nullable Stored find(Digest blob) {
    return this.<@Nullable Stored>call(
        () -> {
          HeadObjectResponse head =
              client.headObject(
                  request ->
                      request.bucket(name).key(key(blob)).overrideConfiguration(Bucket::brief));
          return new Stored(blob, head.contentLength(), head.lastModified());
        });
  }

  /// The bytes that the bucket has for `blob`, unverified; null if there are none. Reading them
  /// fails with [OtherBytes] if the store's own checksum does not match.
  @Nullable InputStream open(Digest blob) {
    return this.<@Nullable InputStream>call(
        () -> new Checked(client.getObject(request -> request.bucket(name).key(key(blob)))));
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
    call(
        () ->
            client.deleteObject(
                request ->
                    request.bucket(name).key(key(blob)).overrideConfiguration(Bucket::brief)));
  }

  /// Passes every archive to `each`.
  void list(Consumer<Stored> each) {
    String token = null;
    do {
      String from = token;
      ListObjectsV2Response page =
          call(
              () ->
                  client.listObjectsV2(
                      request ->
                          request
                              .bucket(name)
                              .prefix(prefix)
                              .continuationToken(from)
                              .overrideConfiguration(Bucket::brief)));
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

  private static void brief(AwsRequestOverrideConfiguration.Builder call) {
    call.apiCallTimeout(TIMEOUT);
  }

  /// @return null if the store answers 404
  private <T> @Nullable T call(Supplier<T> request) {
    try {
      return request.get();
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

  private Refusal refusal(RuntimeException e) {
    return new Refusal.Unavailable("the bucket " + name + " can't be used: " + e.getMessage());
  }

  @Override
  public String toString() {
    return "the bucket " + name;
  }
}
