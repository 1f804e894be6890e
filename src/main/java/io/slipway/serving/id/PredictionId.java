package io.slipway.serving.id;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The id of one prediction as callers see it: 128 bits, written as 22 characters of base64url
/// without padding. Opaque to callers; [PredictionIds#read] decodes it.
public record PredictionId(long high, long low) {
  /// The length of a written id, in characters.
  public static final int LENGTH = 22;

  private static final byte[] DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
          .getBytes(StandardCharsets.US_ASCII);

  private static final byte[] VALUES = values();

  /// The value of `-`.
  private static final int DASH = 62;

  private static byte[] values() {
    byte[] values = new byte[128];
    Arrays.fill(values, (byte) -1);
    for (byte i = 0; i < DIGITS.length; i++) {
      values[DIGITS[i]] = i;
    }
    return values;
  }

  /// A random id without content, for a replica that has no key.
  static PredictionId random() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    PredictionId id;
    do {
      id = new PredictionId(random.nextLong(), random.nextLong());
    } while (id.dashed());
    return id;
  }

  /// Whether its text starts with a dash, which a command line would take for an option.
  boolean dashed() {
    return high >>> 58 == DASH;
  }

  /// The id with this text; null where the text is not an id. Every id has exactly one text.
  public static @Nullable PredictionId parse(String text) {
    if (text.length() != LENGTH) {
      return null;
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      int value = c < VALUES.length ? VALUES[c] : -1;
      if (value < 0) {
        return null;
      }
      // The last character holds only the last two bits.
      int bits = i + 1 < LENGTH ? 6 : 2;
      if (bits == 2 && (value & 15) != 0) {
        return null;
      }
      high = high << bits | low >>> 64 - bits;
      low = low << bits | (bits == 2 ? value >>> 4 : value);
    }
    return new PredictionId(high, low);
  }

  /// Writes its text, [#LENGTH] ASCII characters, starting at `at`.
  public void write(byte[] into, int at) {
    for (int i = 0; i < 10; i++) {
      into[at + i] = DIGITS[(int) (high >>> 58 - 6 * i) & 63];
    }
    into[at + 10] = DIGITS[(int) (high << 2 | low >>> 62) & 63];
    for (int i = 0; i < 10; i++) {
      into[at + 11 + i] = DIGITS[(int) (low >>> 56 - 6 * i) & 63];
    }
    into[at + 21] = DIGITS[(int) (low << 4) & 63];
  }

  @Override
  public String toString() {
    byte[] chars = new byte[LENGTH];
    write(chars, 0);
    return new String(chars, StandardCharsets.ISO_8859_1);
  }
}
