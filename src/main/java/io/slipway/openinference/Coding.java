package io.slipway.openinference;

import io.slipway.door.Reservation;
import io.slipway.pipeline.frame.RefusedInput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/// The compression of a body (`Content-Encoding`).
enum Coding {
  IDENTITY,
  GZIP,
  DEFLATE;

  /// The size in bytes below which answers are not compressed.
  static final int SMALLEST = 1024;

  private static final int CHUNK = 64 << 10;

  /// The coding named by `Content-Encoding`.
  ///
  /// @throws RefusedInput.UnsupportedMedia where it is not supported
  static Coding ofBody(@Nullable String header) {
    if (header == null) {
      return IDENTITY;
    }
    return switch (header.strip().toLowerCase(Locale.ROOT)) {
      case "identity", "" -> IDENTITY;
      case "gzip", "x-gzip" -> GZIP;
      case "deflate" -> DEFLATE;
      default ->
          throw new RefusedInput.UnsupportedMedia(
              "Content-Encoding must be identity, gzip or deflate, not "
                  + Inputs.shortened(header));
    };
  }

  /// The supported coding that `Accept-Encoding` prefers; gzip where several are equal.
  static Coding ofAnswer(@Nullable String header) {
    Coding best = IDENTITY;
    double weight = 0;
    for (String part : header == null ? new String[0] : header.split(",", 32)) {
      String[] words = part.split(";", 4);
      double q = 1;
      for (int i = 1; i < words.length; i++) {
        String word = words[i].strip();
        if (word.startsWith("q=")) {
          try {
            q = Double.parseDouble(word.substring(2));
          } catch (NumberFormatException e) {
            q = 0;
          }
        }
      }
      Coding coding =
          switch (words[0].strip().toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip", "*" -> GZIP;
            case "deflate" -> DEFLATE;
            default -> null;
          };
      if (coding != null && q > 0 && (q > weight || q == weight && coding == GZIP)) {
        best = coding;
        weight = q;
      }
    }
    return best;
  }

  /// Its name in headers.
  String token() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Decompresses `body`.
  ///
  /// @param most the most bytes of the result
  /// @param room reserves the memory before it is used
  /// @throws RefusedInput.TooLarge where the result has more than `most` bytes
  /// @throws RefusedInput.Malformed where it is not compressed in this way
  byte[] decode(byte[] body, long most, Reservation room) {
    if (this == IDENTITY) {
      return body;
    }
    try (InputStream in = inflating(body)) {
      byte[] out = new byte[0];
      int length = 0;
      while (true) {
        if (length == out.length) {
          int more = (int) Math.min(Math.max(CHUNK, length), most + 1 - length);
          room.take(more);
          out = Arrays.copyOf(out, length + more);
        }
        int read = in.readNBytes(out, length, out.length - length);
        length += read;
        if (length > most) {
          throw new RefusedInput.TooLarge("the decompressed body has more than " + most + " bytes");
        }
        if (length < out.length) {
          return Arrays.copyOf(out, length);
        }
      }
    } catch (IOException e) {
      throw new RefusedInput.Malformed("the body is not compressed as Content-Encoding says");
    }
  }

  private InputStream inflating(byte[] body) throws IOException {
    InputStream in = new ByteArrayInputStream(body);
    if (this == GZIP) {
      return new GZIPInputStream(in, CHUNK);
    }
    // The standard says zlib; some clients send raw deflate data.
    Inflater inflater = new Inflater(!isZlib(body));
    return new InflaterInputStream(in, inflater, CHUNK) {
      @Override
      public void close() throws IOException {
        super.close();
        inflater.end();
      }
    };
  }

  private static boolean isZlib(byte[] body) {
    return body.length >= 2
        && (body[0] & 0x0f) == 8
        && ((body[0] & 0xff) << 8 | body[1] & 0xff) % 31 == 0;
  }

  /// Compresses `body`, fast rather than small.
  byte[] encode(byte[] body) {
    if (this == IDENTITY) {
      return body;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(Math.max(512, body.length / 4));
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try (OutputStream deflating = this == GZIP ? new Gzip(out) : deflating(out, deflater)) {
      deflating.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return out.toByteArray();
  }

  private static OutputStream deflating(OutputStream out, Deflater deflater) {
    return new DeflaterOutputStream(out, deflater, CHUNK);
  }

  private static final class Gzip extends GZIPOutputStream {
    Gzip(OutputStream out) throws IOException {
      super(out, CHUNK);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
