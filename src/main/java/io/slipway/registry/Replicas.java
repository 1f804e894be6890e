package io.slipway.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// The replicas that share this registry, by their own reports. Replicas communicate through the
/// database only. Every method blocks on it.
@ApplicationScoped
public class Replicas {
  /// How often a replica reports.
  public static final Duration EVERY = Duration.ofSeconds(2);

  /// A replica that has not reported for this long no longer counts as live.
  public static final Duration SILENT = Duration.ofSeconds(10);

  /// The channel that announces changes of what a replica serves.
  static final String CHANNEL = "slipway_replica";

  private static final Duration FORGOTTEN = Duration.ofHours(1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, ModelReport>> MODELS = new TypeReference<>() {};

  private static final String KEEP =
      """
      insert into replica (id, name, version, started_at, reported_at, models)
      values (:id, :name, :version, :started, now(), cast(:models as jsonb))
      on conflict (id) do update
      set name = excluded.name, version = excluded.version, started_at = excluded.started_at,
          reported_at = excluded.reported_at, models = excluded.models
      """;

  private static final String FORGET =
      "delete from replica where reported_at < now() - make_interval(secs => :secs)";

  private static final String TELL = "select cast(pg_notify('" + CHANNEL + "', '') as text)";

  private static final String ALL =
      """
      select id, name, version, started_at, reported_at,
             reported_at > now() - make_interval(secs => :secs) as live, models
      from replica order by name, id
      """;

  private final Sql sql;

  Replicas(Sql sql) {
    this.sql = sql;
  }

  /// Stores the report of a replica.
  ///
  /// @param changed whether it differs from the last report, which replicas that wait are
  ///     notified of
  /// @return the reports of all replicas, in the order of their names
  public List<ReplicaReport> report(
      UUID id,
      String name,
      String version,
      Instant startedAt,
      Map<String, ModelReport> models,
      boolean changed) {
    return Transactions.call(
        () -> {
          sql.of(KEEP)
              .set("id", id)
              .set("name", name)
              .set("version", version)
              .set("started", startedAt)
              .set("models", Json.write(models))
              .run();
          if (changed) {
            sql.of(FORGET).set("secs", (double) FORGOTTEN.toSeconds()).run();
            sql.of(TELL).each(_ -> {});
          }
          return read();
        });
  }

  /// Deregisters a replica that shuts down.
  public void leave(UUID id) {
    Transactions.run(() -> sql.of("delete from replica where id = :id").set("id", id).run());
  }

  /// The reports of all replicas, in the order of their names; those of silent replicas for an
  /// hour.
  public List<ReplicaReport> all() {
    return Transactions.call(this::read);
  }

  private List<ReplicaReport> read() {
    return sql.of(ALL)
        .set("secs", (double) SILENT.toSeconds())
        .list(
            row ->
                new ReplicaReport(
                    row.getObject("id", UUID.class),
                    row.getString("name"),
                    row.getString("version"),
                    Sql.instant(row, "started_at"),
                    Sql.instant(row, "reported_at"),
                    row.getBoolean("live"),
                    models(row.getString("models"))));
  }

  /// Empty if the report can't be read: a later release may write another format.
  private static Map<String, ModelReport> models(String json) {
    try {
      return JSON.readValue(json, MODELS);
    } catch (JsonProcessingException e) {
      return Map.of();
    }
  }
}
