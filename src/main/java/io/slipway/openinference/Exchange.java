package io.slipway.openinference;

import java.util.List;

/// One infer request and its answer, in the form of one transport.
interface Exchange {
  /// Reads the request; on a worker.
  ///
  /// @param inputs takes the inputs
  /// @throws io.slipway.pipeline.frame.RefusedInput where the model takes no such request
  InferRequest read(Inputs inputs);

  /// Sends the answer; on a worker.
  void answer(InferRequest request, List<Output> outputs);

  /// Sends why there is none; on any thread.
  void refuse(RuntimeException why);

  /// Whether nobody waits any more.
  boolean abandoned();
}
