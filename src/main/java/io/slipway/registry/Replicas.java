package io.slipway.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.Session;
import org.hibernate.jdbc.ReturningWork;

/// The replicas that share this registry, as each tells of itself. No replica speaks to another:
/// all of them have the database, and nothing else in common. Every method blocks on it.
@ApplicationScoped
public class Replicas {
  /// How often a replica tells of itself.
  public static final Duration EVERY = Duration.ofSeconds(2);

  /// One that has not told of itself for so long counts no more.
  public static final Duration SILENT = Duration.ofSeconds(10);

  /// Replicas tell here that what they serve has changed.
  static final String CHANNEL = "slipway_replica";

  private static final Duration FORGOTTEN = Duration.ofHours(1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, ModelReport>> MODELS = new TypeReference<>() {};

  private static final String KEEP =
      """
      insert into replica (id, name, version, started_at, reported_at, models)
      values (?, ?, ?, ?, now(), cast(? as jsonb))
      on conflict (id) do update
      set name = excluded.name, version = excluded.version, started_at = excluded.started_at,
          reported_at = excluded.reported_at, models = excluded.models
      """;

  private static final String FORGET_AND_TELL =
      "delete from replica where reported_at < now() - make_interval(secs => ?);"
          + " select cast(pg_notify('"
          + CHANNEL
          + "', '') as text)";

  private static final String ALL =
      """
      select id, name, version, started_at, reported_at,
             reported_at > now() - make_interval(secs => ?) as live, models
      from replica order by name, id
      """;

  private final EntityManager entities;

  Replicas(EntityManager entities) {
    this.entities = entities;
  }

  /// Keeps what a replica tells of itself.
  ///
  /// @param changed whether it is something new, which those who wait for it are told
  /// @return what all of them have told, by name
  public List<ReplicaReport> report(
      UUID id,
      String name,
      String version,
      Instant startedAt,
      Map<String, ModelReport> models,
      boolean changed) {
    return call(
        connection -> {
          try (PreparedStatement keep = connection.prepareStatement(KEEP)) {
            keep.setObject(1, id);
            keep.setString(2, name);
            keep.setString(3, version);
            keep.setObject(4, startedAt.atOffset(ZoneOffset.UTC));
            keep.setString(5, Json.write(models));
            keep.executeUpdate();
          }
          if (changed) {
            try (PreparedStatement tell = connection.prepareStatement(FORGET_AND_TELL)) {
              tell.setDouble(1, FORGOTTEN.toSeconds());
              tell.execute();
            }
          }
          return read(connection);
        });
  }

  /// Forgets a replica that goes.
  public void leave(UUID id) {
    call(
        connection -> {
          try (PreparedStatement forget =
              connection.prepareStatement("delete from replica where id = ?")) {
            forget.setObject(1, id);
            return forget.executeUpdate();
          }
        });
  }

  /// What all replicas have told, by name; those that have gone silent too, for an hour.
  public List<ReplicaReport> all() {
    return call(Replicas::read);
  }

  /// Without Hibernate's queries: a start reports itself three times, while models are loaded.
  private <T> T call(ReturningWork<T> work) {
    return Transactions.call(() -> entities.unwrap(Session.class).doReturningWork(work));
  }

  private static List<ReplicaReport> read(Connection connection) throws SQLException {
    List<ReplicaReport> reports = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(ALL)) {
      statement.setDouble(1, SILENT.toSeconds());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          reports.add(
              new ReplicaReport(
                  rows.getObject("id", UUID.class),
                  rows.getString("name"),
                  rows.getString("version"),
                  rows.getObject("started_at", OffsetDateTime.class).toInstant(),
                  rows.getObject("reported_at", OffsetDateTime.class).toInstant(),
                  rows.getBoolean("live"),
                  models(rows.getString("models"))));
        }
      }
    }
    return List.copyOf(reports);
  }

  /// What can be read of it: a later release may tell something else.
  private static Map<String, ModelReport> models(String json) {
    try {
      return JSON.readValue(json, MODELS);
    } catch (JsonProcessingException e) {
      return Map.of();
    }
  }
}
