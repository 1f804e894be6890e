package io.slipway.door;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.ServingConfig;
import io.vertx.core.http.HttpHeaders;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long callers wait: as long as they say, and never longer than the gateway lets them.
@Singleton
public final class Patience {
  /// The header in which a caller says it, in milliseconds.
  public static final CharSequence HEADER = HttpHeaders.createOptimized("Slipway-Deadline-Ms");

  private final Duration longest;

  @Inject
  Patience(ServingConfig config) {
    this.longest = config.deadline();
  }

  /// What the value of [#HEADER] says, or nothing.
  ///
  /// @throws RefusedInput.Malformed where it is no positive number
  public Duration of(@Nullable String header) {
    if (header == null) {
      return longest;
    }
    try {
      long millis = Long.parseLong(header.strip());
      if (millis > 0) {
        return atMost(Duration.ofMillis(millis));
      }
    } catch (NumberFormatException e) {
      // Answered below, as a number that is not positive is.
    }
    throw new RefusedInput.Malformed(
        "Slipway-Deadline-Ms must be a positive number of milliseconds");
  }

  /// `patience`, as far as the gateway lets it.
  public Duration atMost(Duration patience) {
    return patience.compareTo(longest) > 0 ? longest : patience;
  }
}
