package io.slipway.door;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.ServingConfig;
import io.vertx.core.http.HttpHeaders;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The time limit of a request: what its caller asks for, at most the gateway's own limit.
@Singleton
public final class RequestDeadline {
  /// The header with the caller's limit, in milliseconds.
  public static final CharSequence HEADER = HttpHeaders.createOptimized("Slipway-Deadline-Ms");

  private final Duration longest;

  @Inject
  RequestDeadline(ServingConfig config) {
    this.longest = config.deadline();
  }

  /// The time limit for the value of [#HEADER], which may be absent.
  ///
  /// @throws RefusedInput.Malformed where it is not a positive number
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
      // Refused below, like a number that is not positive.
    }
    throw new RefusedInput.Malformed(
        "Slipway-Deadline-Ms must be a positive number of milliseconds");
  }

  /// `asked`, reduced to the gateway's limit.
  public Duration atMost(Duration asked) {
    return asked.compareTo(longest) > 0 ? longest : asked;
  }
}
