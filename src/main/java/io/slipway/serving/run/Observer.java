package io.slipway.serving.run;

/// Hears how calls for predictions end, each exactly once, in whatever protocol it came: those that
/// are answered, and those that are refused, before or after they were read. A bean; whoever wants
/// to hear implements it, and [Witness] finds it.
///
/// It is told before the last byte of the answer is given to the socket, so that a caller who has
/// his answer finds himself counted. It is told on the thread that has ended the call, often an
/// event loop: it takes microseconds, never blocks, and takes no lock that anybody keeps for long.
public interface Observer {
  /// A call is over.
  ///
  /// @param outcome its rows and predictions are valid during this call alone, as their memory is
  ///     the call's
  void ended(Outcome outcome);
}
