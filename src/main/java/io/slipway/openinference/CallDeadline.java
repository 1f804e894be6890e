package io.slipway.openinference;

import io.grpc.Context;
import io.slipway.door.RequestDeadline;
import io.slipway.pipeline.frame.RefusedInput;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The deadline of a gRPC call: `grpc-timeout`, or the gateway's own header, whichever is earlier.
final class CallDeadline {
  private static final Context.Key<Long> DUE = Context.key("slipway-deadline");
  private static final int MOST_DIGITS = 8;

  private CallDeadline() {}

  /// The context of a call, with the deadline from its headers.
  ///
  /// @throws RefusedInput.Malformed where a header is invalid
  static Context context(HttpServerRequest request, RequestDeadline requestDeadline) {
    Duration wait = requestDeadline.of(request.getHeader(RequestDeadline.HEADER));
    Duration timeout = timeout(request.getHeader("grpc-timeout"));
    if (timeout != null && timeout.compareTo(wait) < 0) {
      wait = timeout;
    }
    return Context.ROOT.withValue(DUE, System.nanoTime() + wait.toNanos());
  }

  /// Parses a gRPC timeout: digits and a unit.
  static @Nullable Duration timeout(@Nullable String text) {
    if (text == null) {
      return null;
    }
    int digits = text.length() - 1;
    if (digits < 1
        || digits > MOST_DIGITS
        || !text.chars().limit(digits).allMatch(c -> c >= '0' && c <= '9')) {
      throw new RefusedInput.Malformed("invalid grpc-timeout");
    }
    long amount = Long.parseLong(text, 0, digits, 10);
    return switch (text.charAt(digits)) {
      case 'H' -> Duration.ofHours(amount);
      case 'M' -> Duration.ofMinutes(amount);
      case 'S' -> Duration.ofSeconds(amount);
      case 'm' -> Duration.ofMillis(amount);
      case 'u' -> Duration.ofNanos(amount * 1_000);
      case 'n' -> Duration.ofNanos(amount);
      default -> throw new RefusedInput.Malformed("invalid grpc-timeout");
    };
  }

  /// The deadline of the current call, in [System#nanoTime].
  static long due(RequestDeadline otherwise) {
    Long due = DUE.get();
    return due == null ? System.nanoTime() + otherwise.of(null).toNanos() : due;
  }
}
