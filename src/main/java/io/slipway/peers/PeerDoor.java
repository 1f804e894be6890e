package io.slipway.peers;

import io.slipway.door.BodyBudget;
import io.slipway.door.BodyReader;
import io.slipway.door.EventLoop;
import io.slipway.door.GatewayConfig;
import io.slipway.door.Leases;
import io.slipway.door.RequestDeadline;
import io.slipway.door.SpanNotes;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.RequestEnd;
import io.slipway.serving.Selector;
import io.slipway.serving.run.Dispatcher;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Servable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Function;

/// Brings a request in a peer's dialect to the version that it asks for. Runs on the event loop and
/// never blocks it.
@Singleton
final class PeerDoor {
  private final Leases leases;
  private final Dispatcher dispatcher;
  private final RequestDeadline requestDeadline;
  private final GatewayConfig config;
  private final BodyBudget budget;
  private final SpanNotes spans;

  @Inject
  PeerDoor(
      Leases leases,
      Dispatcher dispatcher,
      RequestDeadline requestDeadline,
      GatewayConfig config,
      BodyBudget budget,
      SpanNotes spans) {
    this.leases = leases;
    this.dispatcher = dispatcher;
    this.requestDeadline = requestDeadline;
    this.config = config;
    this.budget = budget;
    this.spans = spans;
  }

  /// The most objects of one request.
  int maxInstances() {
    return config.maxInstances();
  }

  /// [System#nanoTime] by which `request` is to be answered.
  ///
  /// @throws RefusedInput.Malformed where its header is no number
  long deadline(HttpServerRequest request) {
    return System.nanoTime()
        + requestDeadline.of(request.getHeader(RequestDeadline.HEADER)).toNanos();
  }

  /// Predicts.
  ///
  /// @param dialect for the version that is found; what it throws refuses the request
  void predict(
      HttpServerRequest request,
      String model,
      Selector selector,
      Function<Servable, Dialect> dialect) {
    long deadline;
    try {
      BodyReader.requirePlain(request);
      deadline = deadline(request);
    } catch (RefusedInput why) {
      leases.refused(model, selector, why);
      PeerErrors.sendUnread(request, why);
      return;
    }
    Context context = Vertx.currentContext();
    request.pause();
    leases.leaseForCall(
        context,
        model,
        selector,
        deadline,
        lease -> read(request, context, lease, dialect, deadline),
        why -> PeerErrors.sendUnread(request, why));
  }

  private void read(
      HttpServerRequest request,
      Context context,
      Lease lease,
      Function<Servable, Dialect> dialects,
      long deadline) {
    Dialect dialect;
    try {
      dialect = dialects.apply(lease.servable());
    } catch (RuntimeException why) {
      refuseUnread(request, lease, why);
      return;
    }
    spans.note(lease.servable().id());
    long limit =
        Math.max(
            config.maxBody().asLongValue(),
            lease.servable().pipeline().reader().maxBytes() * 4L / 3 + 1024);
    new BodyReader(
            request,
            limit,
            budget,
            (body, taken) ->
                dispatcher.serve(
                    lease,
                    new PeerCall(request, context, dialect, budget, body, taken),
                    System.nanoTime(),
                    deadline,
                    EventLoop.soon(context)),
            why -> refuseUnread(request, lease, why))
        .read();
  }

  private static void refuseUnread(HttpServerRequest request, Lease lease, RuntimeException why) {
    try (lease) {
      lease.counters().count(RequestEnd.of(why));
      PeerErrors.sendUnread(request, why);
    }
  }
}
