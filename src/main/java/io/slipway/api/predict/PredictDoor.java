package io.slipway.api.predict;

import io.slipway.api.MediaType;
import io.slipway.bundle.InputSchema;
import io.slipway.door.BodyBudget;
import io.slipway.door.BodyReader;
import io.slipway.door.EventLoop;
import io.slipway.door.GatewayConfig;
import io.slipway.door.Leases;
import io.slipway.door.RequestDeadline;
import io.slipway.door.SpanNotes;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Selector;
import io.slipway.serving.Unserved;
import io.slipway.serving.run.Call;
import io.slipway.serving.run.Dispatcher;
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
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Takes requests for predictions: judges the headers, collects the body, finds the version, and
/// hands a [io.slipway.serving.run.Call] to the dispatcher. Runs on the event loop and never
/// blocks it.
@Singleton
final class PredictDoor {
  private final ServingTable table;
  private final Leases leases;
  private final Dispatcher dispatcher;
  private final InstantSource clock;
  private final GatewayConfig config;
  private final RequestDeadline requestDeadline;
  private final BodyBudget budget;
  private final SpanNotes spans;
  private final ServingMetrics metrics;

  @Inject
  PredictDoor(
      ServingTable table,
      Leases leases,
      Dispatcher dispatcher,
      InstantSource clock,
      GatewayConfig config,
      RequestDeadline requestDeadline,
      BodyBudget budget,
      SpanNotes spans,
      ServingMetrics metrics) {
    this.table = table;
    this.leases = leases;
    this.dispatcher = dispatcher;
    this.clock = clock;
    this.config = config;
    this.requestDeadline = requestDeadline;
    this.budget = budget;
    this.spans = spans;
    this.metrics = metrics;
  }

  /// What a request asks for.
  private enum Wish {
    PREDICTIONS,
    /// One prediction, and the way to it.
    EXPLANATION
  }

  /// One request while it is judged.
  ///
  /// @param timeout how long the caller waits
  /// @param deadline [System#nanoTime] by which an answer to one body is due
  private record Visit(
      HttpServerRequest request,
      Wish wish,
      Context context,
      String model,
      Selector selector,
      MediaType media,
      boolean partial,
      Duration timeout,
      long deadline) {}

  /// Takes a request that names `model` and `selector` in its path.
  void predict(HttpServerRequest request, String model, Selector selector) {
    receive(request, Wish.PREDICTIONS, model, selector);
  }

  /// As [#predict], where every step to the decision is to be shown too.
  void explain(HttpServerRequest request, String model, Selector selector) {
    receive(request, Wish.EXPLANATION, model, selector);
  }

  private void receive(HttpServerRequest request, Wish wish, String model, Selector selector) {
    Visit visit;
    try {
      visit = visit(request, wish, model, selector);
    } catch (RefusedInput refused) {
      leases.refused(model, selector, refused);
      Replies.problemUnread(request, Refusals.problem(refused));
      return;
    }
    Servable servable = table.peek(model, selector);
    if (servable != null) {
      admit(visit, servable, null);
    } else {
      request.pause();
      leases.leaseForCall(
          visit.context(),
          model,
          selector,
          visit.deadline(),
          lease -> admit(visit, lease.servable(), lease),
          why -> Replies.problemUnread(request, Refusals.problem(why)));
    }
  }

  private Visit visit(HttpServerRequest request, Wish wish, String model, Selector selector) {
    Duration timeout = this.requestDeadline.of(request.getHeader(RequestDeadline.HEADER));
    MediaType media = MediaType.of(request.getHeader(HttpHeaders.CONTENT_TYPE));
    if (!media.utf8() && !media.name().equals("message/rfc822")) {
      throw new RefusedInput.UnsupportedMedia("text must be UTF-8, not " + media.charset());
    }
    BodyReader.requirePlain(request);
    return new Visit(
        request,
        wish,
        Vertx.currentContext(),
        model,
        selector,
        media,
        partial(request.getParam("on_error")),
        timeout,
        System.nanoTime() + timeout.toNanos());
  }

  private static boolean partial(@Nullable String parameter) {
    return switch (parameter) {
      case null -> false;
      case "fail" -> false;
      case "partial" -> true;
      default -> throw new RefusedInput.Malformed("on_error must be \"fail\" or \"partial\"");
    };
  }

  private void refuseUnread(Visit visit, Servable servable, RuntimeException why) {
    metrics.refused(servable, visit.selector(), why);
    Replies.problemUnread(visit.request(), Refusals.problem(why));
  }

  /// Judges the media type for the version, then reads.
  ///
  /// @param lease where the version had to be fetched; closed here or by the call
  private void admit(Visit visit, Servable servable, @Nullable Lease lease) {
    Set<String> own = servable.pipeline().reader().mediaTypes();
    String media = visit.media().name();
    if (media.equals(MediaType.NDJSON) && visit.wish() == Wish.PREDICTIONS) {
      Lease held = lease == null ? table.lease(visit.model(), visit.selector()) : lease;
      if (held == null) {
        refuseUnread(visit, servable, new Unserved.NotReady(visit.model() + " is being changed"));
      } else {
        stream(visit, held);
      }
    } else if (media.equals(MediaType.JSON) || own.contains(media)) {
      body(visit, servable, lease);
    } else {
      close(lease);
      unsupported(visit, servable, own);
    }
  }

  private void unsupported(Visit visit, Servable servable, Set<String> own) {
    Set<String> accepted = new TreeSet<>(own);
    accepted.add(MediaType.JSON);
    if (visit.wish() == Wish.PREDICTIONS) {
      accepted.add(MediaType.NDJSON);
    }
    visit.request().response().putHeader(GatewayHeaders.ACCEPT_POST, String.join(", ", accepted));
    String media = visit.media().name();
    refuseUnread(
        visit,
        servable,
        new RefusedInput.UnsupportedMedia(
            visit.model()
                + " accepts "
                + String.join(", ", accepted)
                + (media.isEmpty() ? "; the request has no Content-Type" : "")));
  }

  private void stream(Visit visit, Lease lease) {
    spans.note(lease.servable().id());
    int longestLine =
        (int)
            Math.max(
                config.maxLine().asLongValue(),
                servesBytes(lease.servable())
                    ? lease.servable().pipeline().reader().maxBytes() * 4L / 3 + 1024
                    : 0);
    new NdjsonStream(
            visit.request(),
            visit.context(),
            dispatcher,
            lease,
            new NdjsonStream.Limits(
                Math.min(longestLine, Integer.MAX_VALUE - 8),
                config.linesTogether(),
                visit.timeout()),
            clock)
        .start();
  }

  private void body(Visit visit, Servable servable, @Nullable Lease lease) {
    long limit =
        visit.media().name().equals(MediaType.JSON) || !servesBytes(servable)
            ? config.maxBody().asLongValue()
            : servable.pipeline().reader().maxBytes();
    new BodyReader(
            visit.request(),
            limit,
            budget,
            (body, taken) -> submit(visit, body, taken, lease),
            why -> {
              close(lease);
              refuseUnread(visit, servable, why);
            })
        .read();
  }

  /// Whether the object is bytes with a limit of its own.
  private static boolean servesBytes(Servable servable) {
    return switch (servable.bundle().manifest().input()) {
      case InputSchema.Mail _, InputSchema.Image _ -> true;
      case InputSchema.Record _, InputSchema.Text _, InputSchema.Tensors _ -> false;
    };
  }

  private void submit(Visit visit, byte[] body, long taken, @Nullable Lease early) {
    Call call =
        switch (visit.wish()) {
          case PREDICTIONS ->
              new ObjectCall(
                  visit.request(),
                  visit.context(),
                  clock,
                  new ObjectCall.Options(
                      visit.media().name(), visit.partial(), config.maxInstances()),
                  body,
                  () -> budget.back(taken));
          case EXPLANATION -> explanation(visit, body, taken);
        };
    long now = System.nanoTime();
    if (early != null) {
      serve(visit, early, call, now);
      return;
    }
    leases.leaseForCall(
        visit.context(),
        visit.model(),
        visit.selector(),
        visit.deadline(),
        lease -> serve(visit, lease, call, now),
        call::refuse);
  }

  private void serve(Visit visit, Lease lease, Call call, long arrived) {
    spans.note(lease.servable().id());
    dispatcher.serve(lease, call, arrived, visit.deadline(), EventLoop.soon(visit.context()));
  }

  /// The way to the decision is gone once more after it was made, under a lease of its own.
  private Call explanation(Visit visit, byte[] body, long taken) {
    return new ExplainCall(
        visit.request(),
        visit.context(),
        clock,
        visit.media().name(),
        body,
        id -> table.lease(id.model(), new Selector.Version(id.number())),
        () -> budget.back(taken));
  }

  private static void close(@Nullable Lease lease) {
    if (lease != null) {
      lease.close();
    }
  }
}
