package io.slipway.peers;

import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.serving.run.Servable;
import java.io.IOException;
import java.util.List;

/// The format of one kind of request and its answer. An instance serves one reading of one request:
/// first it reads, then it writes.
interface Dialect {
  /// Creates the dialect of one request for each version that reads it; thread-safe.
  @FunctionalInterface
  interface Source {
    /// @throws io.slipway.pipeline.frame.RefusedInput where `servable` cannot take this request
    Dialect of(Servable servable);
  }

  /// Reads the objects of `body`.
  ///
  /// @throws io.slipway.pipeline.frame.RefusedInput where the request is refused as a whole
  Batch read(RequestReader reader, byte[] body);

  /// Writes the predictions of one request.
  ///
  /// @param predictions at least one, in the order of the objects
  /// @throws io.slipway.pipeline.frame.RefusedInput where this format cannot represent them
  byte[] write(Servable servable, List<Prediction> predictions) throws IOException;

  /// The media type of the result of [#write].
  String mediaType();
}
