package io.slipway.serving.run;

import io.slipway.pipeline.object.Batch;
import java.util.List;

/// A call as one version has read it: the objects, and how the answer about them is written. Used
/// by one thread at a time, and closed when the work with it is over, whatever came of it.
public interface Reading extends AutoCloseable {
  /// The objects, in their order.
  Batch batch();

  /// How many objects the caller counts; not those of [#batch] where a model takes whole tensors.
  default int objects() {
    return batch().rows().size();
  }

  /// Whether a prediction with a number that is not finite is none; else it is answered as it is.
  default boolean finite() {
    return true;
  }

  /// Writes the answer; on a worker, which must not be kept waiting. Nothing is sent yet.
  ///
  /// @param lease of the version that has read and predicted; closed by whoever gives it
  /// @param scored one for each row of the batch, in order; but where the call is partial all are
  ///     decisions
  /// @throws io.slipway.pipeline.frame.RefusedInput where it can't be written as the caller wants
  ///     it
  /// @throws io.slipway.pipeline.UnexpectedOutput where it can't be made of what the model gave
  Reply answer(Lease lease, List<Scored> scored, Timings timings);

  /// Gives back what reading has taken; called once.
  @Override
  void close();
}
