package io.slipway.pipeline.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Seed;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whole numbers are judged by their digits, as [BigDecimal] has them, at a cost that an exponent
/// can't raise.
class WholeNumberTest {
  private static final BigInteger LIMIT = BigInteger.TWO.pow(53);

  @ParameterizedTest
  @CsvSource({
    "5, 5",
    "5.0, 5",
    "-5.000, -5",
    "1e0, 1",
    "1E+2, 100",
    "50e-1, 5",
    "0.5e1, 5",
    "-0.0, 0",
    "0e999999999999, 0",
    "9007199254740992.0, 9007199254740992",
    "-9.007199254740992e15, -9007199254740992",
    "9007199254740993, beyond",
    "9007199254740993.0, beyond",
    "900719925474099.3e1, beyond",
    "-9007199254740993.0, beyond",
    "1e999999999, beyond",
    "1e99999999999999999999, beyond",
    "12345678901234567890123.0, beyond",
    "0.99999999999999999999, fraction",
    "4503599627370496.3, fraction",
    "9007199254740993.5, fraction",
    "1e-999999999, fraction",
    "1e-99999999999999999999, fraction",
    "5e-1, fraction"
  })
  void aNumberIsWhatItsDigitsSay(String json, String expected) {
    assertThat(judged(json)).isEqualTo(expected);
  }

  private static String judged(String json) {
    long value = WholeNumber.of(json);
    return value == WholeNumber.BEYOND
        ? "beyond"
        : value == WholeNumber.FRACTION ? "fraction" : Long.toString(value);
  }

  @Test
  void everyDecimalIsJudgedAsBigDecimalHasIt() {
    long seed = Seed.of("whole numbers");
    Random random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      String json = decimal(random);
      BigDecimal exact = new BigDecimal(json);
      boolean whole = exact.signum() == 0 || exact.stripTrailingZeros().scale() <= 0;
      String expected =
          !whole
              ? "fraction"
              : exact.toBigInteger().abs().compareTo(LIMIT) > 0
                  ? "beyond"
                  : exact.toBigInteger().toString();
      assertThat(judged(json)).as("seed %d, %s", seed, json).isEqualTo(expected);
      byte[] bytes = json.getBytes(StandardCharsets.US_ASCII);
      double plain = new Cursor(bytes, 0, bytes.length).whole();
      if (Math.abs(plain) < WholeNumber.LIMIT) {
        assertThat(expected).as("seed %d, %s", seed, json).isEqualTo(Long.toString((long) plain));
      }
    }
  }

  private static String decimal(Random random) {
    StringBuilder json = new StringBuilder(random.nextBoolean() ? "-" : "");
    if (random.nextInt(4) == 0) {
      json.append((1L << 53) - 2 + random.nextInt(5));
    } else {
      json.append(1 + random.nextInt(9)).append(digits(random, random.nextInt(18)));
    }
    if (random.nextBoolean()) {
      json.append('.').append(digits(random, 1 + random.nextInt(4)));
    }
    if (random.nextInt(3) == 0) {
      json.append(random.nextBoolean() ? 'e' : 'E').append(random.nextInt(40) - 20);
    }
    return json.toString();
  }

  private static String digits(Random random, int count) {
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < count; i++) {
      digits.append(random.nextInt(3) == 0 ? 1 + random.nextInt(9) : 0);
    }
    return digits.toString();
  }

  @Test
  void hugeExponentsAndLongNumbersCostNothing() {
    String longest = "1" + "0".repeat(990) + "e9";
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < 100_000; i++) {
            assertThat(WholeNumber.of(longest)).isEqualTo(WholeNumber.BEYOND);
            assertThat(WholeNumber.of("1e999999999")).isEqualTo(WholeNumber.BEYOND);
          }
        });
  }
}
