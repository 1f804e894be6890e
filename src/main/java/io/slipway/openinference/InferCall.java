package io.slipway.openinference;

import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.UnexpectedOutput;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.serving.RequestEnd;
import io.slipway.serving.Unserved;
import io.slipway.serving.run.Call;
import io.slipway.serving.run.Scored;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.Timings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An infer request on its way through serving.
final class InferCall implements Call {
  private final InferExchange exchange;
  private final ModelView view;
  private final Reservation reservation;
  private final Statistics statistics;
  private final int maxRows;
  private final long begun = System.nanoTime();
  private @Nullable InferRequest request;

  /// @param reservation what the request occupies, released with the answer
  /// @param maxRows the most objects of a batch of business objects
  InferCall(
      InferExchange exchange,
      ModelView view,
      Reservation reservation,
      Statistics statistics,
      int maxRows) {
    this.exchange = exchange;
    this.view = view;
    this.reservation = reservation;
    this.statistics = statistics;
    this.maxRows = maxRows;
  }

  @Override
  public Batch read(RequestReader reader) {
    reservation.rewind();
    Inputs inputs = new Inputs(view, reservation, maxRows);
    request = exchange.read(inputs);
    return inputs.finish(reader);
  }

  @Override
  public boolean partial() {
    return false;
  }

  /// Tensors are answered as the model gives them; a decision made of NaN is none.
  @Override
  public boolean finite() {
    return !view.whole();
  }

  @Override
  public RequestEnd answer(Servable servable, List<Scored> scored, Timings timings) {
    InferRequest asked = request;
    if (asked == null) {
      throw new IllegalStateException("answered before it was read");
    }
    List<Prediction> predictions = new ArrayList<>(scored.size());
    for (Scored row : scored) {
      switch (row) {
        case Scored.Decided(Prediction prediction) -> predictions.add(prediction);
        case Scored.Refused(RefusedInput why) -> {
          refuse(why);
          return RequestEnd.of(why);
        }
        case Scored.Broken(Unserved.ModelFailed why) -> {
          refuse(why);
          return RequestEnd.of(why);
        }
      }
    }
    long decided = System.nanoTime();
    try {
      exchange.answer(asked, Output.of(asked, view.outputs().of(predictions)));
    } catch (RefusedInput why) {
      refuse(why);
      return RequestEnd.of(why);
    } catch (UnexpectedOutput e) {
      var why = new Unserved.ModelFailed(view.id() + ": " + e.getMessage());
      refuse(why);
      return RequestEnd.of(why);
    }
    reservation.release();
    statistics.served(view.id(), asked.inputs().rows(), timings, System.nanoTime() - decided);
    return RequestEnd.OK;
  }

  @Override
  public void refuse(RuntimeException why) {
    reservation.release();
    statistics.failed(view.id(), System.nanoTime() - begun);
    // The model runs on tensors as it declares them, or it would not be served: so these are what
    // it can't run on.
    exchange.refuse(
        view.whole() && why instanceof Unserved.ModelFailed
            ? new RefusedInput.Invalid(
                "/inputs", "model_fails", view.id() + " can't run on these tensors")
            : why);
  }

  @Override
  public long bytes() {
    return exchange.bytes();
  }

  @Override
  public boolean abandoned() {
    return exchange.abandoned();
  }
}
