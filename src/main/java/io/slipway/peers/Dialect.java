package io.slipway.peers;

import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.serving.run.Servable;
import java.io.IOException;
import java.util.List;

/// How one kind of request is written down, and its answer. Used by one reading of one
/// request, which reads before it writes.
interface Dialect {
  /// Makes the dialect of one request anew for each version that reads it; for all threads.
  @FunctionalInterface
  interface Source {
    /// @throws io.slipway.pipeline.frame.RefusedInput where `servable` can't be asked so
    Dialect of(Servable servable);
  }

  /// Reads the objects of `body`.
  ///
  /// @throws io.slipway.pipeline.frame.RefusedInput where it is refused as a whole
  Batch read(RequestReader reader, byte[] body);

  /// Writes the predictions of one request.
  ///
  /// @param predictions at least one, in the order of what was read
  /// @throws io.slipway.pipeline.frame.RefusedInput where they can't be written so
  byte[] write(Servable servable, List<Prediction> predictions) throws IOException;

  /// The media type of what [#write] writes.
  String mediaType();
}
