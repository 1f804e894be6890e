package io.slipway.openinference;

import inference.ModelInferRequest;
import inference.ModelInferResponse;
import io.slipway.door.BodyBudget;
import io.slipway.door.GatewayConfig;
import io.slipway.door.Leases;
import io.slipway.door.SpanNotes;
import io.slipway.security.Denied;
import io.slipway.security.Identity;
import io.slipway.security.Permission;
import io.slipway.serving.Dispatcher;
import io.slipway.serving.Lease;
import io.slipway.serving.Selector;
import io.slipway.serving.Unserved;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Takes infer requests over gRPC and hands them to the workers; on the call's event loop.
@Singleton
final class GrpcInfer {
  private final Leases leases;
  private final Dispatcher dispatcher;
  private final GatewayConfig config;
  private final BodyBudget budget;
  private final Statistics statistics;
  private final SpanNotes spans;

  @Inject
  GrpcInfer(
      Leases leases,
      Dispatcher dispatcher,
      GatewayConfig config,
      BodyBudget budget,
      Statistics statistics,
      SpanNotes spans) {
    this.leases = leases;
    this.dispatcher = dispatcher;
    this.config = config;
    this.budget = budget;
    this.statistics = statistics;
    this.spans = spans;
  }

  /// Serves `request`; one of `answered` and `refused` is called once, on the present event loop.
  ///
  /// @param identity who asks
  /// @param deadline [System#nanoTime] by which an answer is due
  /// @param abandoned whether nobody waits any more
  void infer(
      ModelInferRequest request,
      Identity identity,
      long deadline,
      Consumer<ModelInferResponse> answered,
      Consumer<RuntimeException> refused,
      BooleanSupplier abandoned) {
    Context context = Vertx.currentContext();
    long now = System.nanoTime();
    String model = request.getModelName();
    Selector selector;
    Reservation reservation = new Reservation(budget, 0);
    try {
      identity.require(Permission.PREDICT, model);
      selector = leases.selector(model, request.getModelVersion());
      reservation.take(request.getSerializedSize());
    } catch (Unserved | Denied e) {
      refused.accept(e);
      return;
    }
    GrpcExchange exchange = new GrpcExchange(request, context, answered, refused, abandoned);
    leases.lease(
        context,
        model,
        selector,
        deadline,
        lease -> submit(exchange, reservation, lease, now, deadline),
        why -> {
          reservation.release();
          refused.accept(why);
        });
  }

  private void submit(
      GrpcExchange exchange, Reservation reservation, Lease lease, long now, long deadline) {
    spans.note(lease.servable().id());
    InferCall call =
        new InferCall(
            exchange,
            ModelView.of(lease.servable()),
            reservation,
            statistics,
            config.maxInstances());
    dispatcher.submit(lease, call, now, deadline);
  }
}
