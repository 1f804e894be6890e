package io.slipway.registry;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// Something that has happened, as listeners, webhooks and replicas are told of it. An event says
/// that something may be read anew; the audit is what is proven.
///
/// @param sequence 1, 2, 3 … without gaps, in the order of commits
/// @param kind such as `promoted`; a later release may write kinds that this one does not know
/// @param model that it is about; null if it is not about one
/// @param payload one JSON object, delivered as it is
/// @param audit the number of the entry of the audit that it tells of; null if it tells of
///     something else
/// @param auditHash the hash of that entry
/// @param id by which receivers recognise an event that arrives again, whatever registry it is from
public record RegistryEvent(
    long sequence,
    String kind,
    @Nullable String model,
    String payload,
    Instant at,
    @Nullable Long audit,
    @Nullable String auditHash,
    String id) {
  /// Tells a listener that events were removed before it could read them.
  public static final String LOST = "events.lost";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /// A time as it is written in payloads: RFC 3339 in UTC, with microseconds.
  public static String time(Instant at) {
    return TIME.format(at);
  }
}
