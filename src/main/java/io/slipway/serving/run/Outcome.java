package io.slipway.serving.run;

import io.slipway.pipeline.object.Row;
import io.slipway.serving.RequestEnd;
import java.util.List;

/// How one call for predictions has ended.
public sealed interface Outcome {
  Protocol protocol();

  /// What was asked for, and the version that it led to.
  Choice choice();

  RequestEnd end();

  /// What was read: for each object its typed columns, after the steps, or why it was refused.
  /// Empty where the call was refused as a whole, or before it was read.
  List<Row> rows();

  /// What became of each row; empty where nothing was predicted.
  List<Scored> scored();

  /// A call that is answered with predictions.
  ///
  /// @param objects how many the caller counts, see [Reading#objects]
  /// @param encode nanoseconds of writing the answer
  /// @param total nanoseconds from the arrival of the object to the written answer
  record Answered(
      Protocol protocol,
      Choice choice,
      List<Row> rows,
      List<Scored> scored,
      int objects,
      Timings timings,
      long encode,
      long total)
      implements Outcome {
    @Override
    public RequestEnd end() {
      return RequestEnd.OK;
    }
  }

  /// A call that is refused.
  ///
  /// @param why a [io.slipway.pipeline.frame.RefusedInput], an [io.slipway.serving.Unserved], or
  ///     what nobody expected
  /// @param total nanoseconds from the arrival of the object to the refusal; 0 where the object has
  ///     not come
  record Refused(
      Protocol protocol,
      Choice choice,
      RuntimeException why,
      List<Row> rows,
      List<Scored> scored,
      long total)
      implements Outcome {

    /// One that was refused before it was read.
    public static Refused unread(Protocol protocol, Choice choice, RuntimeException why) {
      return new Refused(protocol, choice, why, List.of(), List.of(), 0);
    }

    @Override
    public RequestEnd end() {
      return RequestEnd.of(why);
    }
  }
}
