package io.slipway.serving.run;

import org.jspecify.annotations.Nullable;

/// One request for predictions that has come whole. It can be read any number of times, by several
/// versions at the same time: what a version has read is its [Reading], and none of it is kept
/// here.
///
/// One caller waits for one answer: what one reading's [Reading#answer] gives, or a refusal.
public interface Call {
  /// The protocol in which it came.
  Protocol protocol();

  /// Reads the objects as `servable` takes them; on a worker or an event loop.
  ///
  /// @return to be closed
  /// @throws io.slipway.pipeline.frame.RefusedInput where the whole request is refused
  /// @throws io.slipway.serving.Unserved where there is no room to read it, or nobody waits any
  ///     more
  Reading read(Servable servable);

  /// Whether the rows that can be predicted are, where others are refused; else one refused row is
  /// the end of all.
  boolean partial();

  /// Sends a refusal, which is the only answer; on any thread.
  ///
  /// @param servable the version that was to predict; null where none was found
  /// @param why a [io.slipway.pipeline.frame.RefusedInput], an [io.slipway.serving.Unserved], or
  ///     what nobody expected
  void refuse(@Nullable Servable servable, RuntimeException why);

  /// How large the request is, in bytes, from which follows how long it may take; where that is not
  /// said it is not taken for brief.
  default long bytes() {
    return Long.MAX_VALUE;
  }

  /// Whether nobody waits for the answer any more, so that work that has not begun is not worth
  /// beginning.
  boolean abandoned();
}
