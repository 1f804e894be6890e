package io.slipway.serving.run;

import org.jspecify.annotations.Nullable;

/// One request for predictions, completely received. It can be read any number of times, by several
/// versions at once: the result of each is a [Reading], and no state of it is kept here.
///
/// It is answered exactly once: with the [Reading#answer] of one reading, or with a refusal.
public interface Call {
  /// The protocol of the request.
  Protocol protocol();

  /// Reads the objects for `servable`; on a worker or an event loop.
  ///
  /// @return to be closed
  /// @throws io.slipway.pipeline.frame.RefusedInput where the whole request is refused
  /// @throws io.slipway.serving.Unserved where there is no memory to read it, or the caller no
  ///     longer waits
  Reading read(Servable servable);

  /// Whether valid rows are predicted although others are refused; if not, one refused row refuses
  /// the whole request.
  boolean partial();

  /// Sends a refusal, which is the only answer; on any thread.
  ///
  /// @param servable the version that was to predict; null where none was found
  /// @param why a [io.slipway.pipeline.frame.RefusedInput], an [io.slipway.serving.Unserved], or
  ///     an unexpected exception
  void refuse(@Nullable Servable servable, RuntimeException why);

  /// The size of the request in bytes, from which its duration is estimated. Where it is unknown,
  /// the call is never run on an event loop.
  default long bytes() {
    return Long.MAX_VALUE;
  }

  /// Whether the caller no longer waits, so that work that has not started can be dropped.
  boolean abandoned();
}
