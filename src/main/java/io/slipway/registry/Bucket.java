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

/// Archives by the SHA-256 of their bytes in a bucket of an S3-compatible store. Nothing that it
/// gives is trusted: whoever reads hashes. A store that does not answer, or refuses, is
/// [Refusal.Unavailable], after the few tries of the client and its time-outs.
final class Bucket {
  /// For calls that carry no archive.
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final int NOT_FOUND = 404;

  private final S3Client client;
  private final String name;
  private final String prefix;

  /// @param prefix of the names of all archives in it
  Bucket(S3Client client, String name, String prefix) {
    this.client = client;
    this.name = name;
    this.prefix = prefix;
  }

  /// Writes an archive; done when the store has acknowledged all of it. It is told the SHA-256,
  /// which it compares where it can; and asked for the size, which any store knows.
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
      throw new Refusal.Unavailable("the bucket " + name + " has not kept the archive: try again");
    }
  }

  /// What the bucket has of `blob`; null for nothing.
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

  /// The bytes that the bucket has under `blob`, right or wrong; null for none. Reading them fails
  /// with [OtherBytes] where the store's own checksum tells.
  @Nullable InputStream open(Digest blob) {
    return this.<@Nullable InputStream>call(
        () -> new Checked(client.getObject(request -> request.bucket(name).key(key(blob)))));
  }

  /// The bytes are not those that were written, says the store's checksum.
  static final class OtherBytes extends IOException {
    private static final long serialVersionUID = 1;

    OtherBytes(SdkException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /// Gives the client's findings as what whoever reads a stream expects.
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

  /// Gives every archive to `each`.
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
        // Somebody else's things are left alone.
        if (hex.matches("[0-9a-f]{64}") && object.key().equals(key(new Digest(hex)))) {
          each.accept(new Stored(new Digest(hex), object.size(), object.lastModified()));
        }
      }
      token = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
    } while (token != null);
  }

  /// As on the disk: `ab/abcd…`.
  private String key(Digest blob) {
    return prefix + blob.hex().substring(0, 2) + "/" + blob.hex();
  }

  private static void brief(AwsRequestOverrideConfiguration.Builder call) {
    call.apiCallTimeout(TIMEOUT);
  }

  /// @return null where the store has no such thing
  private <T> @Nullable T call(Supplier<T> request) {
    try {
      return request.get();
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_FOUND) {
        return null;
      }
      throw refusal(e);
    } catch (SdkException | UncheckedIOException e) {
      // The client lets the second through where a connection breaks while it writes.
      throw refusal(e);
    }
  }

  /// What a read that has broken off answers.
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
