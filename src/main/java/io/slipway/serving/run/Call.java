package io.slipway.serving.run;

import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.serving.RequestEnd;
import java.util.List;

/// One request for predictions, as its door sees it. `read`, then `answer` or `refuse`, or `refuse`
/// alone; of the last two one is called, and once.
public interface Call {
  /// Reads the objects; on a worker. Again, where the work was cut short and is begun anew.
  ///
  /// @throws io.slipway.pipeline.frame.RefusedInput where the whole request is refused
  Batch read(RequestReader reader);

  /// Whether the rows that can be predicted are, where others are refused; else one refused row is
  /// the end of all.
  boolean partial();

  /// Whether a prediction with a number that is not finite is none; else it is answered as it is.
  default boolean finite() {
    return true;
  }

  /// Renders the answer; on a worker, which must not be kept waiting.
  ///
  /// @param scored one for each row that was read, in order
  /// @return how the request ended
  RequestEnd answer(Servable servable, List<Scored> scored, Timings timings);

  /// There is no answer but this; on any thread.
  ///
  /// @param why a [io.slipway.pipeline.frame.RefusedInput], an [Unserved], or what nobody expected
  void refuse(RuntimeException why);

  /// How large the request is, in bytes, from which follows how long it may take; where that is not
  /// said it is not taken for brief.
  default long bytes() {
    return Long.MAX_VALUE;
  }

  /// Whether nobody waits for the answer any more, so that work that has not begun is not worth
  /// beginning.
  boolean abandoned();
}
