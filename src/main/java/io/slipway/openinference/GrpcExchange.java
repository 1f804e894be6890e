package io.slipway.openinference;

import inference.ModelInferRequest;
import inference.ModelInferResponse;
import io.vertx.core.Context;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An infer request over gRPC.
final class GrpcExchange implements Exchange {
  private final Context context;
  private final Consumer<ModelInferResponse> answered;
  private final Consumer<RuntimeException> refused;
  private final BooleanSupplier abandoned;
  private @Nullable ModelInferRequest request;

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
    ModelInferRequest whole = request;
    if (whole == null) {
      throw new IllegalStateException("read twice");
    }
    request = null;
    return GrpcRequest.read(whole, inputs);
  }

  @Override
  public void answer(InferRequest asked, List<Output> outputs) {
    ModelInferResponse answer = GrpcAnswer.of(asked, outputs);
    context.runOnContext(_ -> answered.accept(answer));
  }

  @Override
  public void refuse(RuntimeException why) {
    context.runOnContext(_ -> refused.accept(why));
  }

  @Override
  public boolean abandoned() {
    return abandoned.getAsBoolean();
  }
}
