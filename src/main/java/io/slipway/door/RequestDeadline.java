package io.slipway.door;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.ServingConfig;
import io.vertx.core.http.HttpHeaders;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long a request may take: as long as its caller says, and never longer than the gateway lets
/// it.
@Singleton
public final class RequestDeadline {
  /// The header in which a caller says it, in milliseconds.
  public static final CharSequence HEADER = HttpHeaders.createOptimized("Slipway-Deadline-Ms");

  private final Duration longest;

  @Inject
  RequestDeadline(ServingConfig config) {
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

  /// `asked`, as far as the gateway lets it.
  public Duration atMost(Duration asked) {
    return asked.compareTo(longest) > 0 ? longest : asked;
  }
}
