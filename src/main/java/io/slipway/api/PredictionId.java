package io.slipway.api;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/// Names of predictions: 48 bits of milliseconds and 80 random bits as 26 characters of Crockford's
/// base 32, so that their order is the order of time (the form is that of a ULID).
final class PredictionId {
  private static final byte[] DIGITS =
      "0123456789ABCDEFGHJKMNPQRSTVWXYZ".getBytes(StandardCharsets.US_ASCII);

  private static final int TIME_CHARS = 10;
  private static final int RANDOM_CHARS = 8;

  private PredictionId() {}

  /// @param millis since 1970
  static String at(long millis) {
    byte[] chars = new byte[TIME_CHARS + 2 * RANDOM_CHARS];
    ThreadLocalRandom random = ThreadLocalRandom.current();
    write(chars, 0, TIME_CHARS, millis);
    write(chars, TIME_CHARS, RANDOM_CHARS, random.nextLong());
    write(chars, TIME_CHARS + RANDOM_CHARS, RANDOM_CHARS, random.nextLong());
    return new String(chars, StandardCharsets.ISO_8859_1);
  }

  /// Writes the lowest bits of `bits`, five a character, the highest first.
  private static void write(byte[] chars, int from, int count, long bits) {
    long rest = bits;
    for (int i = from + count - 1; i >= from; i--) {
      chars[i] = DIGITS[(int) (rest & 31)];
      rest >>>= 5;
    }
  }
}
