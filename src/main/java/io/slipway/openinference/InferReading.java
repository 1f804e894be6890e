package io.slipway.openinference;

import io.slipway.door.Reservation;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.Batch;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Reading;
import io.slipway.serving.run.Reply;
import io.slipway.serving.run.Scored;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.Timings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An infer request, over REST or gRPC, as read for one version.
abstract class InferReading implements Reading {
  private final InferRequest asked;
  private final Batch batch;
  private final Reservation room;

  /// Reads a request.
  ///
  /// @param room reserves memory for tensors; closed with the reading
  /// @param maxRows the most objects in a batch of business objects
  /// @param request parses the transport's format
  InferReading(
      Servable servable, Reservation room, int maxRows, Function<Inputs, InferRequest> request) {
    Inputs inputs = new Inputs(ModelView.of(servable), room, maxRows);
    this.asked = request.apply(inputs);
    this.batch = inputs.finish(servable.pipeline().reader());
    this.room = room;
  }

  /// As [Inputs#unequal].
  final RefusedInput.@Nullable Invalid unequal() {
    return asked.inputs().unequal();
  }

  @Override
  public final Batch batch() {
    return batch;
  }

  @Override
  public final int objects() {
    return asked.inputs().rows();
  }

  /// Tensors are answered as the model returns them; a decision with NaN is an error.
  @Override
  public final boolean finite() {
    return !asked.inputs().view().whole();
  }

  @Override
  public final Reply answer(Lease lease, List<Scored> scored, Timings timings) {
    List<Prediction> predictions = new ArrayList<>(scored.size());
    for (Scored row : scored) {
      predictions.add(((Scored.Decided) row).prediction());
    }
    ModelView view = asked.inputs().view();
    return answer(
        lease.servable(), asked, Output.of(asked, view.outputs().of(predictions)), ids(scored));
  }

  /// Renders the answer.
  ///
  /// @param ids of the predictions, in order, separated by commas
  abstract Reply answer(Servable servable, InferRequest asked, List<Output> outputs, String ids);

  private static String ids(List<Scored> scored) {
    if (scored.size() == 1) {
      return ((Scored.Decided) scored.getFirst()).id().toString();
    }
    StringBuilder ids = new StringBuilder();
    for (Scored row : scored) {
      ids.append(ids.isEmpty() ? "" : ",").append(((Scored.Decided) row).id());
    }
    return ids.toString();
  }

  @Override
  public final void close() {
    room.close();
  }
}
