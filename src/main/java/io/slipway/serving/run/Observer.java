package io.slipway.serving.run;

/// A listener for the end of predict calls: each call is reported exactly once, whether it was
/// answered or refused, and in any protocol. Implementations are beans; [Witness] finds them.
///
/// It is called before the last byte of the answer is passed to the socket, so that a caller who
/// has the answer is already counted. It runs on the thread that ended the call, often an event
/// loop: it must take microseconds, never block, and hold no contended lock.
public interface Observer {
  /// Called when a call has ended.
  ///
  /// @param outcome its rows and predictions are valid during this method only: their memory is
  ///     the call's
  void ended(Outcome outcome);
}
