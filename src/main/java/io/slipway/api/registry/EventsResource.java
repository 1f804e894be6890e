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

/// Committed changes of the models that the caller may read, as server-sent events, whichever
/// replica made them. A comment every 15 seconds keeps proxies from closing the connection. The
/// caller's key or session is checked again before each event and every few seconds; once it is
/// not valid any more, the stream ends. If a client falls far behind, its stream ends and the
/// client must reconnect.
@Path("/api/v1/events")
public class EventsResource {
  private static final int WAITING = 1_000;
  private static final Duration JUDGED_EVERY = Duration.ofSeconds(3);

  /// Every fifth check sends a comment.
  private static final int HEARTBEAT = 5;

  private final RegistryEvents events;
  private final Callers callers;

  EventsResource(RegistryEvents events, Callers callers) {
    this.callers = callers;
    this.events = events;
  }

  /// The headers without the stream, which would never end.
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
