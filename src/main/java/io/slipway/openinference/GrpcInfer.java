package io.slipway.openinference;

import inference.ModelInferRequest;
import inference.ModelInferResponse;
import io.slipway.door.GatewayConfig;
import io.slipway.door.Leases;
import io.slipway.door.Predictions;
import io.slipway.security.Denied;
import io.slipway.security.Identity;
import io.slipway.security.Permission;
import io.slipway.serving.Selector;
import io.slipway.serving.Unserved;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Infer requests over gRPC; runs on the call's event loop.
@Singleton
final class GrpcInfer {
  private final Predictions predictions;
  private final Leases leases;
  private final GatewayConfig config;

  @Inject
  GrpcInfer(Predictions predictions, Leases leases, GatewayConfig config) {
    this.predictions = predictions;
    this.leases = leases;
    this.config = config;
  }

  /// Serves `request`. Calls exactly one of `answered` and `refused`, on the current event loop.
  ///
  /// @param identity of the caller
  /// @param key see [io.slipway.serving.run.Choice#key]
  /// @param deadline [System#nanoTime] by which an answer is due
  /// @param abandoned whether the caller no longer waits
  void infer(
      ModelInferRequest request,
      Identity identity,
      @Nullable String key,
      long deadline,
      Consumer<ModelInferResponse> answered,
      Consumer<RuntimeException> refused,
      BooleanSupplier abandoned) {
    String model = request.getModelName();
    Selector selector;
    try {
      identity.require(Permission.PREDICT, model);
      selector = leases.selector(model, request.getModelVersion());
    } catch (Unserved | Denied e) {
      refused.accept(e);
      return;
    }
    long bytes = request.getSerializedSize();
    predictions.take(
        new MessageCall(deadline, bytes, config.maxInstances(), answered, refused, abandoned),
        request,
        bytes,
        model,
        selector,
        key);
  }
}
