package io.slipway.serving.run;

import io.slipway.pipeline.object.Row;
import io.slipway.serving.RequestEnd;
import java.util.List;

/// The end of one predict call, with its rows, predictions and timings.
public sealed interface Outcome {
  Protocol protocol();

  /// The request's selector and routing key, and the version that was chosen.
  Choice choice();

  RequestEnd end();

  /// The objects as read: for each the typed columns after the steps, or why it was refused. Empty
  /// where the call was refused as a whole, or before it was read.
  List<Row> rows();

  /// The result of each row; empty where nothing was predicted.
  List<Scored> scored();

  /// A call that was answered with predictions.
  ///
  /// @param objects the number of objects from the caller's view, see [Reading#objects]
  /// @param encode nanoseconds for writing the answer
  /// @param total nanoseconds from the arrival of the request to the written answer
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

  /// A call that was refused.
  ///
  /// @param why a [io.slipway.pipeline.frame.RefusedInput], an [io.slipway.serving.Unserved], or
  ///     an unexpected exception
  /// @param total nanoseconds from the arrival of the request to the refusal; 0 where it had not
  ///     arrived completely
  record Refused(
      Protocol protocol,
      Choice choice,
      RuntimeException why,
      List<Row> rows,
      List<Scored> scored,
      long total)
      implements Outcome {

    /// A call that was refused before its body was read.
    public static Refused unread(Protocol protocol, Choice choice, RuntimeException why) {
      return new Refused(protocol, choice, why, List.of(), List.of(), 0);
    }

    @Override
    public RequestEnd end() {
      return RequestEnd.of(why);
    }
  }
}
