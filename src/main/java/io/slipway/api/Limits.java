package io.slipway.api;

import io.slipway.registry.Refusal;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Parses query parameters that several calls have.
public final class Limits {
  /// The default number of entries on a page.
  public static final String PAGE = "50";

  private static final int MOST_PAGE = 500;

  private static final Pattern PAIR = Pattern.compile("[0-9]{1,9},[0-9]{1,9}");

  private Limits() {}

  public static int page(String limit) {
    try {
      int number = Integer.parseInt(limit);
      if (number >= 1 && number <= MOST_PAGE) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw new Refusal.Malformed("limit is 1 to " + MOST_PAGE);
  }

  /// The two numbers of `versions=3,5`.
  public static int[] pair(@Nullable String versions) {
    if (versions != null && PAIR.matcher(versions).matches()) {
      return Arrays.stream(versions.split(",")).mapToInt(Integer::parseInt).toArray();
    }
    throw new Refusal.Malformed("versions names two versions, such as versions=3,5");
  }

  public static boolean flag(String name, String value) {
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new Refusal.Malformed(name + " is true or false");
    };
  }
}
