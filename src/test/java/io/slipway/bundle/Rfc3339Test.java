package io.slipway.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {
  @ParameterizedTest
  @CsvSource({
    "2016-12-31T23:59:60Z, 2017-01-01T00:00:00Z",
    "2016-12-31T23:59:60.25Z, 2017-01-01T00:00:00.25Z",
    "2017-01-01T05:29:60+05:30, 2017-01-01T00:00:00Z",
    "1990-06-30T15:59:60-08:00, 1990-07-01T00:00:00Z",
    "2020-01-01T00:00:00.1234567891234567890Z, 2020-01-01T00:00:00.123456789Z",
    "2020-01-01T00:00:00.99999999999999999999+01:00, 2019-12-31T23:00:00.999999999Z",
    "2020-01-01T00:00:00Z, 2020-01-01T00:00:00Z",
  })
  void leapSecondsAndLongFractionsAreTimes(String text, Instant expected) {
    OffsetDateTime time = Rfc3339.parse(text);
    assertThat(time == null ? null : time.toInstant()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2016-12-31T22:59:60Z",
        "2016-12-30T23:59:60Z",
        "2016-12-31T23:59:61Z",
        "2020-01-01T00:00:00.1234567890123",
        "2020-01-01T00:00:60",
        "2020-13-01T00:00:00Z",
        "+999999999-12-31T23:59:60Z",
        ""
      })
  void otherTextsAreNone(String text) {
    assertThat(Rfc3339.parse(text)).isNull();
  }
}
