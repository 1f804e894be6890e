package io.slipway.openinference;

import inference.ModelInferRequest;
import inference.ModelInferResponse;
import io.slipway.door.EventLoop;
import io.slipway.door.PredictionCall;
import io.slipway.door.Reservation;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.run.Protocol;
import io.slipway.serving.run.Reading;
import io.slipway.serving.run.Reply;
import io.slipway.serving.run.Servable;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An infer request over gRPC.
final class MessageCall extends PredictionCall<ModelInferRequest> {
  private final long bytes;
  private final int maxRows;
  private final Consumer<ModelInferResponse> answered;
  private final Consumer<RuntimeException> refused;
  private final BooleanSupplier abandoned;

  /// The finding of the last reading.
  private volatile RefusedInput.@Nullable Invalid unequal;

  /// Exactly one of `answered` and `refused` is called, on the current event loop.
  ///
  /// @param deadline [System#nanoTime] by which the answer is due
  /// @param bytes of the message
  /// @param maxRows the most objects in a batch of business objects
  /// @param abandoned whether the caller no longer waits
  MessageCall(
      long deadline,
      long bytes,
      int maxRows,
      Consumer<ModelInferResponse> answered,
      Consumer<RuntimeException> refused,
      BooleanSupplier abandoned) {
    super(deadline);
    this.bytes = bytes;
    this.maxRows = maxRows;
    this.answered = answered;
    this.refused = refused;
    this.abandoned = abandoned;
  }

  @Override
  public Protocol protocol() {
    return Protocol.OPEN_INFERENCE;
  }

  @Override
  public boolean partial() {
    return false;
  }

  @Override
  protected Reading read(Servable servable, ModelInferRequest message, Reservation room) {
    InferReading reading =
        new InferReading(servable, room, maxRows, inputs -> GrpcRequest.read(message, inputs)) {
          @Override
          Reply answer(Servable version, InferRequest asked, List<Output> outputs, String ids) {
            ModelInferResponse answer = GrpcAnswer.of(asked, outputs, ids);
            return () -> {
              over();
              EventLoop.run(context(), () -> answered.accept(answer));
            };
          }
        };
    unequal = reading.unequal();
    return reading;
  }

  @Override
  protected void refuseNow(@Nullable Servable servable, RuntimeException why) {
    refused.accept(Errors.blamed(servable, why, unequal));
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public boolean abandoned() {
    return abandoned.getAsBoolean();
  }
}
