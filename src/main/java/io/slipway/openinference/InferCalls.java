package io.slipway.openinference;

import io.slipway.door.EventLoop;
import io.slipway.door.GatewayConfig;
import io.slipway.door.SpanNotes;
import io.slipway.serving.run.Dispatcher;
import io.slipway.serving.run.Lease;
import io.vertx.core.Context;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/// Hands infer requests of either transport to serving.
@Singleton
final class InferCalls {
  private final Dispatcher dispatcher;
  private final GatewayConfig config;
  private final Statistics statistics;
  private final SpanNotes spans;

  @Inject
  InferCalls(Dispatcher dispatcher, GatewayConfig config, Statistics statistics, SpanNotes spans) {
    this.dispatcher = dispatcher;
    this.config = config;
    this.statistics = statistics;
    this.spans = spans;
  }

  /// Has `exchange` served by the leased version. Takes over the lease and the reservation.
  ///
  /// @param context the request's event loop, where this is called
  /// @param arrived [System#nanoTime] when the whole request was there
  /// @param deadline [System#nanoTime] by which an answer is due
  void serve(
      Context context,
      InferExchange exchange,
      Reservation reservation,
      Lease lease,
      long arrived,
      long deadline) {
    spans.note(lease.servable().id());
    ModelView view = ModelView.of(lease.servable());
    dispatcher.serve(
        lease,
        new InferCall(exchange, view, reservation, statistics, config.maxInstances()),
        arrived,
        deadline,
        EventLoop.soon(context));
  }
}
