package io.slipway.api.predict;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/// Names of predictions: 48 bits of milliseconds and 80 random bits as 26 characters of Crockford's
/// base 32, so that their order is the order of time (the form is that of a ULID).
final class PredictionId {
  private static final byte[] DIGITS =
      "0123456789ABCDEFGHJKMNPQRSTVWXYZ".getBytes(StandardCharsets.US_ASCII);

  private static final int TIME_CHARS = 10;
  private static final int RANDOM_CHARS = 8;

  static final int LENGTH = TIME_CHARS + 2 * RANDOM_CHARS;

  private PredictionId() {}

  /// @param millis since 1970
  static String at(long millis) {
    byte[] chars = new byte[LENGTH];
    write(millis, chars, 0);
    return new String(chars, StandardCharsets.ISO_8859_1);
  }

  /// Writes a new one, [#LENGTH] characters of ASCII, from `at` on.
  ///
  /// @param millis since 1970
  static void write(long millis, byte[] into, int at) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    write(into, at, TIME_CHARS, millis);
    write(into, at + TIME_CHARS, RANDOM_CHARS, random.nextLong());
    write(into, at + TIME_CHARS + RANDOM_CHARS, RANDOM_CHARS, random.nextLong());
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
