package io.slipway.api;

import io.slipway.registry.Refusal;
import org.jspecify.annotations.Nullable;

/// Parameters of queries.
final class Limits {
  private static final int DEFAULT_PAGE = 50;
  private static final int MOST_PAGE = 500;

  private Limits() {}

  static int page(@Nullable String limit) {
    if (limit == null) {
      return DEFAULT_PAGE;
    }
    try {
      int number = Integer.parseInt(limit);
      if (number >= 1 && number <= MOST_PAGE) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new Refusal.Malformed("limit is 1 to " + MOST_PAGE);
  }

  static boolean flag(String name, String value) {
    return switch (value) {
      case "true", "" -> true;
      case "false" -> false;
      default -> throw new Refusal.Malformed(name + " is true or false");
    };
  }
}
