package io.slipway.door;

import io.slipway.serving.Selector;
import io.slipway.serving.Unserved;
import io.slipway.serving.run.Choice;
import io.slipway.serving.run.Dispatcher;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Outcome;
import io.slipway.serving.run.Witness;
import io.slipway.serving.traffic.ServingTable;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The path from a request to its prediction, the same for every protocol: parse the head, choose
/// the version, check the head against it, read the body within its limits, take a lease, dispatch
/// the call. Protocols contribute parsing and rendering ([Door], [PredictionCall]). Refusals on the
/// way are reported to the [Witness]; after dispatch, the call's task reports its end.
///
/// Runs on the request's event loop and never blocks it. No lease is held while a body arrives.
@Singleton
public final class Predictions {
  /// The header with the caller's routing key, which decides the version where a selector splits
  /// traffic among several.
  public static final CharSequence ROUTING_KEY = HttpHeaders.createOptimized("Slipway-Routing-Key");

  private final ServingTable table;
  private final Leases leases;
  private final Dispatcher dispatcher;
  private final RequestDeadline requestDeadline;
  private final BodyBudget budget;
  private final SpanNotes spans;
  private final Witness witness;

  @Inject
  Predictions(
      ServingTable table,
      Leases leases,
      Dispatcher dispatcher,
      RequestDeadline requestDeadline,
      BodyBudget budget,
      SpanNotes spans,
      Witness witness) {
    this.table = table;
    this.leases = leases;
    this.dispatcher = dispatcher;
    this.requestDeadline = requestDeadline;
    this.budget = budget;
    this.spans = spans;
    this.witness = witness;
  }

  /// Handles a request over HTTP whose body is still to come.
  public void take(HttpServerRequest request, String model, Selector selector, Door door) {
    Choice choice = table.choose(model, selector, request.getHeader(ROUTING_KEY));
    HttpArrival arrival;
    try {
      arrival = door.head(request, requestDeadline.of(request.getHeader(RequestDeadline.HEADER)));
    } catch (RuntimeException why) {
      refuseUnread(request, door, choice, why);
      return;
    }
    if (choice.route() != null) {
      admit(arrival, door, choice);
      return;
    }
    request.pause();
    fetch(
        arrival.context(),
        choice,
        arrival.deadline(),
        lease -> {
          // Just loaded, the version stays loaded for longer than a body may take to arrive.
          lease.close();
          admit(arrival, door, lease.choice());
        },
        why -> refuseUnread(request, door, choice, why));
  }

  private void refuseUnread(
      HttpServerRequest request, Door door, Choice choice, RuntimeException why) {
    witness.tell(Outcome.Refused.unread(door.protocol(), choice, why));
    EarlyAnswer.send(request, () -> door.refuse(request, why));
  }

  /// Checks the head against the chosen version, then reads the body.
  private void admit(HttpArrival arrival, Door door, Choice choice) {
    long most;
    try {
      most = arrival.admit(choice.chosen());
    } catch (RuntimeException why) {
      refuseUnread(arrival.request(), door, choice, why);
      return;
    }
    switch (arrival) {
      case HttpCall call ->
          new BodyReader(
                  call.request(),
                  most,
                  budget,
                  (bytes, taken) -> {
                    call.arrived(bytes, budget, taken);
                    serve(call, choice, System.nanoTime());
                  },
                  why -> refuseUnread(call.request(), door, choice, why))
              .read();
      case HttpStream stream -> start(stream, door, choice);
    }
  }

  private void start(HttpStream stream, Door door, Choice choice) {
    Lease lease = lease(choice);
    if (lease == null) {
      refuseUnread(
          stream.request(),
          door,
          choice,
          new Unserved.NotReady(choice.model() + " is being changed, retry", true));
      return;
    }
    spans.note(lease.servable().id());
    stream.start(new Chunks(dispatcher, lease, stream.timeout()));
  }

  /// Handles a call that has arrived as a whole, as a message of `bytes`.
  public <T> void take(
      PredictionCall<T> call,
      T message,
      long bytes,
      String model,
      Selector selector,
      @Nullable String key) {
    long now = System.nanoTime();
    Choice choice = table.choose(model, selector, key);
    if (budget.take(bytes)) {
      call.arrived(new Body<>(message, budget, bytes));
      serve(call, choice, now);
    } else {
      refuse(call, choice, new Unserved.Overloaded("the memory for request bodies is used up"));
    }
  }

  /// Dispatches a call whose body has arrived to the chosen version, or, where that choice is no
  /// longer valid, to one that is chosen now.
  ///
  /// @param arrived [System#nanoTime] when the body was complete
  private void serve(PredictionCall<?> call, Choice choice, long arrived) {
    Lease lease = lease(choice);
    if (lease != null) {
      dispatch(call, choice, lease, arrived);
      return;
    }
    fetch(
        call.context(),
        choice,
        call.deadline(),
        found -> dispatch(call, choice, found, arrived),
        why -> refuse(call, choice, why));
  }

  /// @param admitted the choice that the head was checked against
  private void dispatch(PredictionCall<?> call, Choice admitted, Lease lease, long arrived) {
    if (call instanceof HttpCall http && lease.servable() != admitted.servable()) {
      try {
        http.admitAnew(lease.servable());
      } catch (RuntimeException why) {
        try (lease) {
          refuse(call, lease.choice(), why);
        }
        return;
      }
    }
    spans.note(lease.servable().id());
    dispatcher.serve(lease, call, arrived, call.deadline(), EventLoop.soon(call.context()));
  }

  private void refuse(PredictionCall<?> call, Choice choice, RuntimeException why) {
    witness.tell(Outcome.Refused.unread(call.protocol(), choice, why));
    call.refuse(choice.servable(), why);
  }

  /// Loads a version that is not loaded yet; on `context`.
  private void fetch(
      Context context,
      Choice choice,
      long deadline,
      Consumer<Lease> next,
      Consumer<RuntimeException> refused) {
    leases.fetch(context, choice.model(), choice.selector(), choice.key(), deadline, next, refused);
  }

  /// A lease of the chosen version, or, where that choice is no longer valid, of a new choice.
  private @Nullable Lease lease(Choice choice) {
    Lease lease = table.lease(choice);
    return lease != null ? lease : table.lease(choice.model(), choice.selector(), choice.key());
  }
}
