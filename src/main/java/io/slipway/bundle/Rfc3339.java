package io.slipway.bundle;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/// Times as RFC 3339 writes them, with what Java's own parser leaves out: leap seconds, and
/// fractions of any length.
public final class Rfc3339 {
  private static final int SECONDS = 17;
  private static final int FRACTION = 19;
  private static final int NANOS = 9;

  private Rfc3339() {}

  /// The time that `text` says; null where it says none. A fraction is cut to nanoseconds. A leap
  /// second, which may only end a month of UTC, is the second after it, as POSIX counts.
  public static @Nullable OffsetDateTime parse(String text) {
    String shortened = shortened(text);
    boolean leap = shortened.startsWith(":60", SECONDS - 1);
    try {
      OffsetDateTime time =
          OffsetDateTime.parse(
              leap
                  ? shortened.substring(0, SECONDS) + "59" + shortened.substring(FRACTION)
                  : shortened);
      return leap ? afterLeap(time.plusSeconds(1)) : time;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static @Nullable OffsetDateTime afterLeap(OffsetDateTime next) {
    OffsetDateTime utc = next.withOffsetSameInstant(ZoneOffset.UTC);
    boolean begins =
        utc.getDayOfMonth() == 1
            && utc.getHour() == 0
            && utc.getMinute() == 0
            && utc.getSecond() == 0;
    return begins ? next : null;
  }

  private static String shortened(String text) {
    if (text.length() <= FRACTION + NANOS + 1 || text.charAt(FRACTION) != '.') {
      return text;
    }
    int end = FRACTION + 1;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    int kept = Math.min(end, FRACTION + 1 + NANOS);
    return text.substring(0, kept) + text.substring(end);
  }
}
