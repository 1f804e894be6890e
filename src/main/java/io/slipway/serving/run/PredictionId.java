package io.slipway.serving.run;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/// Name of a prediction: 48 bits of milliseconds and 80 random bits as 26 characters of Crockford's
/// base 32, so that their order is the order of time (the form is that of a ULID).
///
/// @param millis since 1970, and nothing else in the upper 16 bits
/// @param first the random bits that are written first, in the lowest 40
/// @param second the others
public record PredictionId(long millis, long first, long second) {
  private static final byte[] DIGITS =
      "0123456789ABCDEFGHJKMNPQRSTVWXYZ".getBytes(StandardCharsets.US_ASCII);

  private static final int TIME_CHARS = 10;
  private static final int RANDOM_CHARS = 8;

  /// How many characters it is written as.
  public static final int LENGTH = TIME_CHARS + 2 * RANDOM_CHARS;

  /// A new one.
  ///
  /// @param millis since 1970
  static PredictionId at(long millis) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new PredictionId(millis, random.nextLong(), random.nextLong());
  }

  /// Writes [#LENGTH] characters of ASCII, from `at` on.
  public void write(byte[] into, int at) {
    write(into, at, TIME_CHARS, millis);
    write(into, at + TIME_CHARS, RANDOM_CHARS, first);
    write(into, at + TIME_CHARS + RANDOM_CHARS, RANDOM_CHARS, second);
  }

  /// Writes the lowest bits of `bits`, five a character, the highest first.
  private static void write(byte[] chars, int from, int count, long bits) {
    long rest = bits;
    for (int i = from + count - 1; i >= from; i--) {
      chars[i] = DIGITS[(int) (rest & 31)];
      rest >>>= 5;
    }
  }

  @Override
  public String toString() {
    byte[] chars = new byte[LENGTH];
    write(chars, 0);
    return new String(chars, StandardCharsets.ISO_8859_1);
  }
}
