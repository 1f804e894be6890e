package io.slipway.serving.run;

import io.slipway.pipeline.object.Batch;
import java.util.List;

/// A call as read for one version: its objects, and the rendering of the answer. Used by one thread
/// at a time; always closed after use.
public interface Reading extends AutoCloseable {
  /// The objects in the order of the request.
  Batch batch();

  /// The number of objects from the caller's view; differs from the rows of [#batch] where a model
  /// takes whole tensors.
  default int objects() {
    return batch().rows().size();
  }

  /// Whether a prediction with NaN or infinity is an error; if not, it is answered as it is.
  default boolean finite() {
    return true;
  }

  /// Renders the answer, without sending it; on a worker, which must not be blocked.
  ///
  /// @param lease of the version that predicted; closed by the caller of this method
  /// @param scored one per row of the batch, in order; unless the call is partial, all are
  ///     decisions
  /// @throws io.slipway.pipeline.frame.RefusedInput where the answer cannot have the form that the
  ///     caller asked for
  /// @throws io.slipway.pipeline.UnexpectedOutput where the model's output does not fit the answer
  Reply answer(Lease lease, List<Scored> scored, Timings timings);

  /// Releases the memory of the reading; called once.
  @Override
  void close();
}
