package io.slipway.openinference;

import java.util.List;

/// One infer request and its answer, in the form of one transport.
interface InferExchange {
  /// Reads the request; on a worker, or on the event loop where it is small. Again, where the work
  /// is begun anew.
  ///
  /// @param inputs takes the inputs
  /// @throws io.slipway.pipeline.frame.RefusedInput where the model takes no such request
  InferRequest read(Inputs inputs);

  /// Sends the answer; where the request was read.
  void answer(InferRequest request, List<Output> outputs);

  /// Sends why there is none; on any thread.
  void refuse(RuntimeException why);

  /// How large the request is, in bytes; [Long#MAX_VALUE] where that is not known.
  long bytes();

  /// Whether nobody waits any more.
  boolean abandoned();
}
