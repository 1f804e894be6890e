package io.slipway.api.registry;

import io.slipway.api.registry.EventStream.Item;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.registry.EventKinds;
import io.slipway.registry.Outbox;
import io.slipway.registry.RegistryEvent;
import io.slipway.registry.RegistryEvents;
import io.slipway.security.ModelScope;
import io.slipway.security.gate.Callers;
import io.slipway.security.gate.Standing;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Events as server-sent events, whichever replica wrote them: of the kinds and models that the
/// caller asks for, and of models that it may read. A caller that sends the id of the last event
/// it has got, as browsers do by themselves, first gets those after it, or is told which of them
/// are gone.
///
/// A comment every 15 seconds keeps proxies from closing the connection. The caller's key or
/// session is checked again before each event and every few seconds; once it is not valid any
/// more, the stream ends. If a client falls far behind, its stream ends and the client must
/// reconnect.
@Path("/api/v1/events")
public class EventsResource {
  private static final int WAITING = 1_000;
  private static final Duration JUDGED_EVERY = Duration.ofSeconds(3);

  /// Every fifth check sends a comment.
  private static final int HEARTBEAT = 5;

  private static final int MOST_MODELS = 50;
  private static final Pattern ID = Pattern.compile("[0-9]{1,18}");

  private final RegistryEvents events;
  private final Outbox outbox;
  private final Callers callers;
  private final InstantSource clock;

  EventsResource(RegistryEvents events, Outbox outbox, Callers callers, InstantSource clock) {
    this.callers = callers;
    this.events = events;
    this.outbox = outbox;
    this.clock = clock;
  }

  /// The headers without the stream, which would never end.
  @HEAD
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Response there(
      @QueryParam("kind") List<String> kinds, @QueryParam("model") List<String> models) {
    kinds(kinds);
    models(models);
    return Response.ok().type(MediaType.SERVER_SENT_EVENTS).build();
  }

  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Blocking
  public Multi<OutboundSseEvent> events(
      @Context Sse sse,
      @Context RoutingContext rc,
      @QueryParam("kind") List<String> kinds,
      @QueryParam("model") List<String> models,
      @HeaderParam("Last-Event-ID") @Nullable String lastId) {
    EventKinds wantedKinds = kinds(kinds);
    ModelScope wantedModels = models(models);
    long known = position(lastId);
    long newest = known < 0 ? known : outbox.newest();
    EventStream stream =
        new EventStream(
            sse, wantedKinds, wantedModels, callers.of(rc), clock, Math.min(known, newest));
    // Otherwise the id is of another registry, or of a later state of this one.
    List<OutboundSseEvent> first = known <= newest ? List.of() : List.of(stream.lost(1, newest));
    Standing standing = callers.standing(rc.request());
    Multi<OutboundSseEvent> sent =
        Multi.createFrom()
            .deferred(() -> items(stream))
            .select()
            .first(item -> standing.holds())
            .onItem()
            .transformToIterable(stream::next);
    return Multi.createBy().concatenating().streams(Multi.createFrom().iterable(first), sent);
  }

  /// What comes to `stream` from now on, after what has come since its position, if it has one.
  /// Events that arrive while earlier ones are read wait in a queue, of which the stream leaves out
  /// those that it has got already.
  private Multi<Item> items(EventStream stream) {
    UnicastProcessor<Item> live =
        UnicastProcessor.create(new ArrayBlockingQueue<>(WAITING), () -> {});
    Consumer<Item> queue =
        item -> {
          synchronized (live) {
            live.onNext(item);
          }
        };
    RegistryEvents.Subscription subscription =
        events.subscribe(event -> queue.accept(new Item.Happened(event)));
    Cancellable ticking =
        Multi.createFrom()
            .ticks()
            .every(JUDGED_EVERY)
            .onOverflow()
            .drop()
            .subscribe()
            .with(tick -> queue.accept(tick % HEARTBEAT == 0 ? beat() : new Item.Check()));
    return Multi.createBy()
        .concatenating()
        .streams(stream.position() < 0 ? Multi.createFrom().empty() : since(stream), live)
        .onTermination()
        .invoke(
            () -> {
              subscription.close();
              ticking.cancel();
            });
  }

  /// Every event up to the position is in the queue already.
  private Item beat() {
    return new Item.Beat(events.position());
  }

  /// The stored events after the position of `stream`, page by page as they are sent.
  private Multi<Item> since(EventStream stream) {
    return Multi.createBy()
        .repeating()
        .uni(
            () -> new AtomicLong(stream.position()),
            read ->
                Uni.createFrom()
                    .item(() -> page(read))
                    .runSubscriptionOn(Infrastructure.getDefaultWorkerPool()))
        .whilst(page -> !page.isEmpty())
        .onItem()
        .transformToMultiAndConcatenate(page -> Multi.createFrom().iterable(page))
        .map(Item.Happened::new);
  }

  /// @param read the number of the last event that was read; moves on
  private List<RegistryEvent> page(AtomicLong read) {
    List<RegistryEvent> page = outbox.after(read.get());
    if (!page.isEmpty()) {
      read.set(page.getLast().sequence());
    }
    return page;
  }

  /// @return negative if there is no id
  private static long position(@Nullable String lastId) {
    if (lastId == null || lastId.isEmpty()) {
      return RegistryEvents.NOWHERE;
    }
    if (!ID.matcher(lastId).matches()) {
      throw new RefusedInput.Malformed(
          "the header Last-Event-ID is not the id of an event, which is a number");
    }
    return Long.parseLong(lastId);
  }

  private static EventKinds kinds(List<String> patterns) {
    try {
      return new EventKinds(patterns);
    } catch (IllegalArgumentException e) {
      throw new RefusedInput.Malformed("the query parameter kind: " + e.getMessage());
    }
  }

  private static ModelScope models(List<String> patterns) {
    if (patterns.size() > MOST_MODELS) {
      throw new RefusedInput.Malformed(
          "the query parameter model: at most " + MOST_MODELS + " models can be listed");
    }
    try {
      return patterns.isEmpty() ? ModelScope.ALL : new ModelScope(patterns);
    } catch (IllegalArgumentException e) {
      throw new RefusedInput.Malformed("the query parameter model: " + e.getMessage());
    }
  }
}
