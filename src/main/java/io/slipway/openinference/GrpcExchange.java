package io.slipway.openinference;

import inference.ModelInferRequest;
import inference.ModelInferResponse;
import io.slipway.door.EventLoop;
import io.vertx.core.Context;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// An infer request over gRPC.
final class GrpcExchange implements InferExchange {
  private final ModelInferRequest request;
  private final Context context;
  private final Consumer<ModelInferResponse> answered;
  private final Consumer<RuntimeException> refused;
  private final BooleanSupplier abandoned;

  /// @param context the call's event loop, where its end is told
  GrpcExchange(
      ModelInferRequest request,
      Context context,
      Consumer<ModelInferResponse> answered,
      Consumer<RuntimeException> refused,
      BooleanSupplier abandoned) {
    this.request = request;
    this.context = context;
    this.answered = answered;
    this.refused = refused;
    this.abandoned = abandoned;
  }

  @Override
  public InferRequest read(Inputs inputs) {
    return GrpcRequest.read(request, inputs);
  }

  @Override
  public void answer(InferRequest asked, List<Output> outputs) {
    ModelInferResponse answer = GrpcAnswer.of(asked, outputs);
    EventLoop.run(context, () -> answered.accept(answer));
  }

  @Override
  public void refuse(RuntimeException why) {
    EventLoop.run(context, () -> refused.accept(why));
  }

  @Override
  public long bytes() {
    return request.getSerializedSize();
  }

  @Override
  public boolean abandoned() {
    return abandoned.getAsBoolean();
  }
}
