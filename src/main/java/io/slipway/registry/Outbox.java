package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The events of this registry, in one order: what has happened, for listeners of
/// `/api/v1/events`, webhooks and replicas. Every entry of the audit becomes an event in its own
/// transaction, by a trigger of the database; [#add] is for what the audit does not record.
///
/// The order of the numbers is the order of the commits, because whoever adds an event holds the
/// lock of the audit's end until its transaction has ended. Old events are removed every hour.
/// Every method blocks on the database.
@ApplicationScoped
public class Outbox {
  private static final Logger LOG = Logger.getLogger(Outbox.class);

  /// The largest payload, in bytes of UTF-8.
  private static final int LARGEST = 64 << 10;

  private static final int CHUNK = 1_000;

  /// The pause after the start, when the process is busy, and the time between removals.
  private static final Duration SOON = Duration.ofMinutes(5);

  private static final Duration INTERVAL = Duration.ofHours(1);

  private static final String NEWEST = "select max(sequence) from event";

  private final Sql sql;
  private final EventRepository events;
  private final InstantSource clock;
  private final RegistryConfig config;

  Outbox(Sql sql, EventRepository events, InstantSource clock, RegistryConfig config) {
    this.sql = sql;
    this.events = events;
    this.clock = clock;
    this.config = config;
  }

  void start(@Observes StartupEvent event, Vertx vertx) {
    vertx.setPeriodic(
        SOON.toMillis(), INTERVAL.toMillis(), timer -> vertx.executeBlocking(this::trim, false));
  }

  private long trim() {
    try {
      return forget(clock.instant().minus(config.events()), config.eventsAtMost());
    } catch (RuntimeException e) {
      LOG.warnf(e, "old events can't be removed; the next attempt is in %s", INTERVAL);
      return 0;
    }
  }

  /// Adds an event in a transaction of its own.
  ///
  /// @param kind as [EventKinds] describes it
  /// @param model that it is about; null if it is not about one
  /// @param data more members of the payload
  /// @throws IllegalArgumentException if the kind is malformed, or the payload is too large
  public void add(String kind, @Nullable String model, ObjectNode data) {
    EventKinds.require(kind);
    Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS);
    ObjectNode payload = JsonNodeFactory.instance.objectNode().put("kind", kind);
    payload.put("model", model);
    for (Map.Entry<String, JsonNode> member : data.properties()) {
      payload.set(member.getKey(), member.getValue());
    }
    String text = payload.put("at", RegistryEvent.time(at)).toString();
    if (text.getBytes(StandardCharsets.UTF_8).length > LARGEST) {
      throw new IllegalArgumentException("an event has at most " + LARGEST + " bytes");
    }
    String id = "e_" + UUID.randomUUID();
    Transactions.run(() -> events.persistAndFlush(new EventEntity(kind, model, text, at, id)));
  }

  /// The events after `sequence`, oldest first, in chunks; empty at the end. If the first has a
  /// higher number than the next, those between are removed.
  public List<RegistryEvent> after(long sequence) {
    return Transactions.call(() -> events.after(sequence, CHUNK));
  }

  /// The number of the newest event; 0 if there is none.
  public long newest() {
    Long newest =
        Transactions.<@Nullable Long>call(() -> sql.of(NEWEST).first(row -> row.getLong(1)));
    return newest == null ? 0 : newest;
  }

  /// Removes events that happened before `horizon`, and all but the newest `most`.
  ///
  /// @return the number of removed events
  long forget(Instant horizon, long most) {
    return Transactions.call(() -> events.forget(horizon, most));
  }
}
