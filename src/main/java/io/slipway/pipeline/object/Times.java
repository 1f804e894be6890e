package io.slipway.pipeline.object;

import io.slipway.bundle.Rfc3339;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Parses dates and times in JSON strings.
final class Times {
  private static final int DATE = 10;

  private Times() {}

  /// `YYYY-MM-DD`, or a date-time with or without an offset, whose local date is used; otherwise
  /// null.
  static @Nullable LocalDate date(String text) {
    if (text.length() < DATE || !isDate(text)) {
      return null;
    }
    try {
      if (text.length() == DATE) {
        return LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
      }
      String time = upperCase(text);
      return Rfc3339.parse(time) == null && Rfc3339.parse(time + "Z") == null
          ? null
          : LocalDate.parse(text.substring(0, DATE));
    } catch (DateTimeException e) {
      return null;
    }
  }

  /// RFC 3339, in which `t`, `z` and a space may replace `T`, `Z` and `T`; otherwise null.
  static @Nullable OffsetDateTime timestamp(String text) {
    return text.length() < DATE + 10 || !isDate(text) ? null : Rfc3339.parse(upperCase(text));
  }

  private static String upperCase(String text) {
    return text.toUpperCase(Locale.ROOT).replace(' ', 'T');
  }

  static double seconds(OffsetDateTime time) {
    return time.toEpochSecond() + time.getNano() / 1e9;
  }

  private static boolean isDate(String text) {
    for (int i = 0; i < DATE; i++) {
      char c = text.charAt(i);
      if (i == 4 || i == 7 ? c != '-' : c < '0' || c > '9') {
        return false;
      }
    }
    return true;
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }
}
