package io.slipway.peers;

import io.slipway.door.BodyBudget;
import io.slipway.door.BodyReader;
import io.slipway.door.EventLoop;
import io.slipway.door.GatewayConfig;
import io.slipway.door.Leases;
import io.slipway.door.Patience;
import io.slipway.door.SpanNotes;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Dispatcher;
import io.slipway.serving.Lease;
import io.slipway.serving.Selector;
import io.slipway.serving.Servable;
import io.slipway.serving.ServingMetrics;
import io.slipway.serving.ServingTable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Brings a request in a peer's dialect to the version that it asks for. Runs on the event loop and
/// never blocks it.
@Singleton
final class PeerDoor {
  private final ServingTable table;
  private final Leases leases;
  private final Dispatcher dispatcher;
  private final Patience patience;
  private final GatewayConfig config;
  private final BodyBudget budget;
  private final SpanNotes spans;
  private final ServingMetrics metrics;

  @Inject
  PeerDoor(
      ServingTable table,
      Leases leases,
      Dispatcher dispatcher,
      Patience patience,
      GatewayConfig config,
      BodyBudget budget,
      SpanNotes spans,
      ServingMetrics metrics) {
    this.table = table;
    this.leases = leases;
    this.dispatcher = dispatcher;
    this.patience = patience;
    this.config = config;
    this.budget = budget;
    this.spans = spans;
    this.metrics = metrics;
  }

  /// The most objects of one request.
  int maxInstances() {
    return config.maxInstances();
  }

  /// [System#nanoTime] by which `request` is to be answered.
  ///
  /// @throws RefusedInput.Malformed where its header is no number
  long deadline(HttpServerRequest request) {
    return System.nanoTime() + patience.of(request.getHeader(Patience.HEADER)).toNanos();
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
      plain(request);
      deadline = deadline(request);
    } catch (RefusedInput why) {
      refuseUnread(request, table.peek(model, selector), selector, why);
      return;
    }
    Context context = Vertx.currentContext();
    request.pause();
    leases.lease(
        context,
        model,
        selector,
        deadline,
        lease -> read(request, context, lease, selector, dialect, deadline),
        why -> refuseUnread(request, null, selector, why));
  }

  private static void plain(HttpServerRequest request) {
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new RefusedInput.UnsupportedMedia("the body must not be encoded (Content-Encoding)");
    }
  }

  private void refuseUnread(
      HttpServerRequest request,
      @Nullable Servable servable,
      Selector selector,
      RuntimeException why) {
    metrics.refused(servable, selector, why);
    PeerErrors.sendUnread(request, why);
  }

  private void read(
      HttpServerRequest request,
      Context context,
      Lease lease,
      Selector selector,
      Function<Servable, Dialect> dialects,
      long deadline) {
    Dialect dialect;
    try {
      dialect = dialects.apply(lease.servable());
    } catch (RuntimeException why) {
      refuseUnread(request, lease.servable(), selector, why);
      lease.close();
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
            why -> {
              refuseUnread(request, lease.servable(), selector, why);
              lease.close();
            })
        .read();
  }
}
