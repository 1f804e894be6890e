package io.slipway.openinference;

import inference.ModelInferRequest;
import inference.ModelInferResponse;
import io.slipway.door.BodyBudget;
import io.slipway.door.Leases;
import io.slipway.security.Denied;
import io.slipway.security.Identity;
import io.slipway.security.Permission;
import io.slipway.serving.Selector;
import io.slipway.serving.Unserved;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Takes infer requests over gRPC and hands them to serving; on the call's event loop.
@Singleton
final class GrpcInfer {
  private final Leases leases;
  private final InferCalls calls;
  private final BodyBudget budget;

  @Inject
  GrpcInfer(Leases leases, InferCalls calls, BodyBudget budget) {
    this.leases = leases;
    this.calls = calls;
    this.budget = budget;
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
    long size = request.getSerializedSize();
    try {
      identity.require(Permission.PREDICT, model);
      selector = leases.selector(model, request.getModelVersion());
    } catch (Unserved | Denied e) {
      refused.accept(e);
      return;
    }
    if (!budget.take(size)) {
      var why = new Unserved.Overloaded("too many large requests are being served");
      leases.refused(model, selector, why);
      refused.accept(why);
      return;
    }
    Reservation reservation = new Reservation(budget, size);
    GrpcExchange exchange = new GrpcExchange(request, context, answered, refused, abandoned);
    leases.leaseForCall(
        context,
        model,
        selector,
        deadline,
        lease -> calls.serve(context, exchange, reservation, lease, now, deadline),
        why -> {
          reservation.release();
          refused.accept(why);
        });
  }
}
