package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The records of monitoring: the baselines of versions, the counts of live objects, and what was
/// found in closed windows. Every method blocks on the database.
@ApplicationScoped
public class Monitoring {
  private static final String BASELINE =
      """
      select v.id, b.document from model m
      join model_version v on v.model_id = m.id and v.number = :number and v.deleted_at is null
      left join version_baseline b on b.version_id = v.id
      where m.name = :model and m.deleted_at is null
      """;

  private static final String FOUND =
      """
      insert into monitoring_window (version_id, ended_at, document)
      values (:version, :at, cast(:document as jsonb))
      on conflict (version_id, ended_at) do nothing
      """;

  private static final String LAST =
      """
      select ended_at, document from monitoring_window
      where version_id = :version and ended_at <= :until order by ended_at desc limit 1
      """;

  private static final String ALIVE =
      """
      insert into monitoring_process (id, flushed_at, stopped) values (:id, :at, :stopped)
      on conflict (id) do update set flushed_at = excluded.flushed_at, stopped = excluded.stopped
      """;

  private static final String LOST =
      """
      select flushed_at from monitoring_process
      where not stopped and flushed_at > :after and flushed_at <= :until and flushed_at < :silent
      order by flushed_at limit 100
      """;

  /// One process at a time merges the rows of a version.
  private static final String LOCK = "select pg_try_advisory_xact_lock(7461, :version)";

  private static final String OLD_COUNTS = "delete from monitoring_count where ended_at < :before";
  private static final String OLD_WINDOWS =
      "delete from monitoring_window where ended_at < :before";
  private static final String OLD_PROCESSES =
      "delete from monitoring_process where flushed_at < :before";

  private final Sql sql;
  private final MonitoringCountRepository counts;

  Monitoring(Sql sql, MonitoringCountRepository counts) {
    this.sql = sql;
    this.counts = counts;
  }

  /// The baseline of a version.
  ///
  /// @param version the row id of the version
  /// @param document as JSON; null where the version has none
  public record Stored(long version, @Nullable JsonNode document) {}

  /// What was found in a window that ended at `endedAt`.
  public record Window(Instant endedAt, JsonNode document) {}

  /// The baseline of the version `number`.
  ///
  /// @throws Refusal.NotFound if there is no such version
  public Stored baseline(String model, int number) {
    Stored stored =
        Transactions.<@Nullable Stored>call(
            () ->
                sql.of(BASELINE)
                    .set("model", model)
                    .set("number", number)
                    .first(
                        row -> {
                          String document = row.getString("document");
                          return new Stored(
                              row.getLong("id"), document == null ? null : Json.tree(document));
                        }));
    if (stored == null) {
      throw new Refusal.NotFound("there is no version " + number + " of a model " + model);
    }
    return stored;
  }

  /// Adds counts, all or none. Does nothing where those of `flush` were added before.
  public void add(UUID flush, List<MonitoringCounts> rows) {
    Transactions.run(
        () -> {
          if (!counts.has(flush)) {
            rows.forEach(row -> counts.persist(new MonitoringCountEntity(flush, row)));
          }
        });
  }

  /// The counts that end after `after` and by `until`, in the order of time.
  public List<MonitoringCounts> counts(long version, Instant after, Instant until) {
    return Transactions.call(() -> counts.range(version, after, until));
  }

  /// Replaces the counts that end after `after` and by `until` by what `merge` makes of them. Does
  /// nothing where another process is doing it.
  public void merge(
      long version, Instant after, Instant until, UnaryOperator<List<MonitoringCounts>> merge) {
    Transactions.run(
        () -> {
          boolean mine =
              Boolean.TRUE.equals(
                  sql.of(LOCK)
                      .set("version", Math.toIntExact(version))
                      .first(row -> row.getBoolean(1)));
          List<MonitoringCounts> now = mine ? counts.range(version, after, until) : List.of();
          List<MonitoringCounts> merged = merge.apply(now);
          if (merged.size() < now.size()) {
            counts.deleteRange(version, after, until);
            UUID flush = UUID.randomUUID();
            merged.forEach(row -> counts.persist(new MonitoringCountEntity(flush, row)));
          }
        });
  }

  /// Records what was found in a window, unless another replica has.
  public void found(long version, Window window) {
    Transactions.run(
        () ->
            sql.of(FOUND)
                .set("version", version)
                .set("at", window.endedAt())
                .set("document", window.document().toString())
                .run());
  }

  /// The newest window that ended by `until`; null where there is none.
  public @Nullable Window last(long version, Instant until) {
    return Transactions.<@Nullable Window>call(
        () ->
            sql.of(LAST)
                .set("version", version)
                .set("until", until)
                .first(
                    row ->
                        new Window(
                            Sql.instant(row, "ended_at"), Json.tree(row.getString("document")))));
  }

  /// Records that a process has flushed its counts.
  ///
  /// @param stopped whether it will count no more
  public void alive(UUID process, Instant flushedAt, boolean stopped) {
    Transactions.run(
        () -> sql.of(ALIVE).set("id", process).set("at", flushedAt).set("stopped", stopped).run());
  }

  /// The times after `after` and by `until` at which a process flushed for the last time, although
  /// it did not stop.
  ///
  /// @param silent one that has flushed since then is taken to be alive
  public List<Instant> lost(Instant after, Instant until, Instant silent) {
    return Transactions.call(
        () ->
            sql.of(LOST)
                .set("after", after)
                .set("until", until)
                .set("silent", silent)
                .list(row -> Sql.instant(row, "flushed_at")));
  }

  /// Removes what is older than `age` at `now`.
  public void forget(Instant now, Duration age) {
    Instant before = now.minus(age);
    Transactions.run(
        () -> {
          sql.of(OLD_COUNTS).set("before", before).run();
          sql.of(OLD_WINDOWS).set("before", before).run();
          sql.of(OLD_PROCESSES).set("before", before).run();
        });
  }
}
