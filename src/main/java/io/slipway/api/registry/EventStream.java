package io.slipway.api.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.slipway.registry.EventKinds;
import io.slipway.registry.RegistryEvent;
import io.slipway.security.Identity;
import io.slipway.security.ModelScope;
import io.slipway.security.Permission;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// What one listener is sent: the events that it wants and may read, each with its number as the
/// id. Also comments with the number that it has got to, so that a listener that wants few events
/// still comes back to the right place. Used by one thread at a time.
final class EventStream {
  private final Sse sse;
  private final EventKinds kinds;
  private final ModelScope models;
  private final Identity identity;
  private final InstantSource clock;
  private long position;

  /// What can come next.
  sealed interface Item {
    /// Something has happened.
    record Happened(RegistryEvent event) implements Item {}

    /// Time has passed.
    ///
    /// @param position the number of an event: all up to it have come before this
    record Beat(long position) implements Item {}

    /// It may be checked whether the listener is still allowed to listen.
    record Check() implements Item {}
  }

  /// @param position the number of the last event that the listener knows; negative if it knows
  ///     none, and begins with the next one
  EventStream(
      Sse sse,
      EventKinds kinds,
      ModelScope models,
      Identity identity,
      InstantSource clock,
      long position) {
    this.sse = sse;
    this.kinds = kinds;
    this.models = models;
    this.identity = identity;
    this.clock = clock;
    this.position = position;
  }

  /// The number of the last event that has passed here; negative if none has.
  long position() {
    return position;
  }

  List<OutboundSseEvent> next(Item item) {
    return switch (item) {
      case Item.Happened(RegistryEvent event) -> happened(event);
      case Item.Beat(long reached) -> List.of(beat(reached));
      case Item.Check() -> List.of();
    };
  }

  private List<OutboundSseEvent> happened(RegistryEvent event) {
    if (event.sequence() <= position) {
      return List.of();
    }
    List<OutboundSseEvent> next = new ArrayList<>(1);
    if (position >= 0 && event.sequence() > position + 1) {
      next.add(lost(position + 1, event.sequence() - 1));
    }
    position = event.sequence();
    if (kinds.match(event.kind()) && wanted(event)) {
      next.add(
          sse.newEventBuilder()
              .id(Long.toString(event.sequence()))
              .name(event.kind())
              .mediaType(MediaType.TEXT_PLAIN_TYPE)
              .data(event.payload())
              .build());
    }
    return next;
  }

  /// An event that is not about a model is for those who may read the audit.
  private boolean wanted(RegistryEvent event) {
    String model = event.model();
    return model == null
        ? models.all() && identity.may(Permission.AUDIT)
        : models.covers(model) && identity.may(Permission.READ, model);
  }

  private OutboundSseEvent beat(long reached) {
    position = Math.max(position, reached);
    OutboundSseEvent.Builder beat = sse.newEventBuilder().comment("alive");
    return position < 0 ? beat.build() : beat.id(Long.toString(position)).build();
  }

  /// Says that the events with the numbers from `from` to `to` can't be sent any more.
  OutboundSseEvent lost(long from, long to) {
    return sse.newEventBuilder()
        .id(Long.toString(to))
        .name(RegistryEvent.LOST)
        .mediaType(MediaType.TEXT_PLAIN_TYPE)
        .data(
            JsonNodeFactory.instance
                .objectNode()
                .put("kind", RegistryEvent.LOST)
                .put("from", from)
                .put("to", to)
                .put("at", RegistryEvent.time(clock.instant()))
                .toString())
        .build();
  }
}
