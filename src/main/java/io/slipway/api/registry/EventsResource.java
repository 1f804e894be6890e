package io.slipway.api.registry;

import io.slipway.registry.RegistryEvent;
import io.slipway.registry.RegistryEvents;
import io.slipway.security.Identity;
import io.slipway.security.Permission;
import io.slipway.security.gate.Callers;
import io.slipway.security.gate.Standing;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;

/// What is committed, on whichever replica, of the models that the caller may read, as it happens.
/// A comment every quarter of a minute keeps proxies from closing the line. The caller's key or
/// session is judged again before each event and every few seconds; where it no longer holds, the
/// stream ends. A listener that falls far behind is cut off and connects again.
@Path("/api/v1/events")
public class EventsResource {
  private static final int WAITING = 1_000;
  private static final Duration JUDGED_EVERY = Duration.ofSeconds(3);

  /// Of so many judgements one sends a comment.
  private static final int HEARTBEAT = 5;

  private final RegistryEvents events;
  private final Callers callers;

  EventsResource(RegistryEvents events, Callers callers) {
    this.callers = callers;
    this.events = events;
  }

  /// That they are there; a stream without a body would never end.
  @HEAD
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Response there() {
    return Response.ok().type(MediaType.SERVER_SENT_EVENTS).build();
  }

  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Multi<OutboundSseEvent> events(@Context Sse sse, @Context RoutingContext rc) {
    Identity identity = callers.of(rc);
    Multi<OutboundSseEvent> live =
        Multi.createFrom()
            .<RegistryEvent>emitter(
                emitter -> {
                  RegistryEvents.Subscription subscription = events.subscribe(emitter::emit);
                  emitter.onTermination(subscription::close);
                },
                BackPressureStrategy.IGNORE)
            .onOverflow()
            .buffer(WAITING)
            .filter(event -> identity.may(Permission.READ, event.model()))
            .map(event -> event(sse, event));
    OutboundSseEvent alive = sse.newEventBuilder().comment("alive").build();
    OutboundSseEvent silent = sse.newEventBuilder().comment("").build();
    Multi<OutboundSseEvent> beats =
        Multi.createFrom()
            .ticks()
            .every(JUDGED_EVERY)
            .onOverflow()
            .drop()
            .map(tick -> tick % HEARTBEAT == 0 ? alive : silent);
    Standing standing = callers.standing(rc.request());
    return Multi.createBy()
        .merging()
        .streams(live, beats)
        .select()
        .first(event -> standing.holds())
        .select()
        .where(event -> event != silent);
  }

  private static OutboundSseEvent event(Sse sse, RegistryEvent event) {
    return sse.newEventBuilder()
        .name(event.kind().label())
        .mediaType(MediaType.APPLICATION_JSON_TYPE)
        .data(event.json())
        .build();
  }
}
