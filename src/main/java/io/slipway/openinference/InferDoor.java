package io.slipway.openinference;

import io.slipway.door.BodyBudget;
import io.slipway.door.BodyReader;
import io.slipway.door.GatewayConfig;
import io.slipway.door.Leases;
import io.slipway.door.RequestDeadline;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Selector;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.ServingMetrics;
import io.slipway.serving.traffic.ServingTable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// Takes infer requests over REST: judges the headers, collects the body, and hands a call to
/// serving. Runs on the event loop and never blocks it.
@Singleton
final class InferDoor {
  private final ServingTable table;
  private final Leases leases;
  private final InferCalls calls;
  private final RequestDeadline requestDeadline;
  private final GatewayConfig config;
  private final BodyBudget budget;
  private final ServingMetrics metrics;

  @Inject
  InferDoor(
      ServingTable table,
      Leases leases,
      InferCalls calls,
      RequestDeadline requestDeadline,
      GatewayConfig config,
      BodyBudget budget,
      ServingMetrics metrics) {
    this.table = table;
    this.leases = leases;
    this.calls = calls;
    this.requestDeadline = requestDeadline;
    this.config = config;
    this.budget = budget;
    this.metrics = metrics;
  }

  /// One request while it is judged.
  ///
  /// @param deadline [System#nanoTime] by which an answer is due
  private record Visit(
      HttpServerRequest request,
      Context context,
      String model,
      Selector selector,
      RestExchange.Options options,
      long deadline) {}

  /// Takes a request for `model`.
  ///
  /// @param version as the path names it; null: none
  void infer(HttpServerRequest request, String model, @Nullable String version) {
    Selector selector = leases.selector(model, version);
    Visit visit;
    try {
      visit = visit(request, model, selector);
    } catch (RefusedInput why) {
      leases.refused(model, selector, why);
      Errors.sendUnread(request, why);
      return;
    }
    Servable there = table.peek(model, selector);
    if (there != null) {
      body(visit, there, null);
      return;
    }
    request.pause();
    leases.leaseForCall(
        visit.context(),
        model,
        selector,
        visit.deadline(),
        lease -> body(visit, lease.servable(), lease),
        why -> Errors.sendUnread(request, why));
  }

  private Visit visit(HttpServerRequest request, String model, Selector selector) {
    return new Visit(
        request,
        Vertx.currentContext(),
        model,
        selector,
        new RestExchange.Options(
            Coding.ofBody(request.getHeader(HttpHeaders.CONTENT_ENCODING)),
            Coding.ofAnswer(request.getHeader(HttpHeaders.ACCEPT_ENCODING)),
            headerLength(request.getHeader(RestExchange.HEADER_LENGTH)),
            config.maxMessage().asLongValue()),
        System.nanoTime()
            + requestDeadline.of(request.getHeader(RequestDeadline.HEADER)).toNanos());
  }

  private static int headerLength(@Nullable String header) {
    if (header == null) {
      return -1;
    }
    try {
      int length = Integer.parseInt(header.strip());
      if (length >= 0) {
        return length;
      }
    } catch (NumberFormatException e) {
      // Answered below, as a negative number is.
    }
    throw new RefusedInput.Malformed("Inference-Header-Content-Length must be a number of bytes");
  }

  /// @param early where the version had to be fetched; closed here or by the call
  private void body(Visit visit, Servable servable, @Nullable Lease early) {
    new BodyReader(
            visit.request(),
            config.maxMessage().asLongValue(),
            budget,
            (body, taken) -> submit(visit, body, new Reservation(budget, taken), early),
            why -> {
              metrics.refused(servable, visit.selector(), why);
              Errors.sendUnread(visit.request(), why);
              if (early != null) {
                early.close();
              }
            })
        .read();
  }

  private void submit(Visit visit, byte[] body, Reservation reservation, @Nullable Lease early) {
    long now = System.nanoTime();
    RestExchange exchange =
        new RestExchange(visit.request(), visit.context(), visit.options(), reservation, body);
    if (early != null) {
      calls.serve(visit.context(), exchange, reservation, early, now, visit.deadline());
      return;
    }
    leases.leaseForCall(
        visit.context(),
        visit.model(),
        visit.selector(),
        visit.deadline(),
        lease -> calls.serve(visit.context(), exchange, reservation, lease, now, visit.deadline()),
        why -> {
          reservation.release();
          exchange.refuse(why);
        });
  }
}
