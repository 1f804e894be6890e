package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

/// The position of each webhook target in the events, and the replica that delivers to it. One
/// replica at a time has the claim on a target, for the time of a lease by the clock of the
/// database: after a crash, the claim is free when the lease ends. Every step is one statement
/// that takes effect only for the holder of the claim, so no connection is held during a
/// delivery. Every method blocks on the database.
///
/// The release before may deliver to the same target. It knows only the audit, so each position
/// also has the number of the last entry of the audit that is done; an event is done if either
/// number says so.
@ApplicationScoped
public class WebhookPositions {
  private static final String KNOWN =
      "select event_sequence, seq from webhook where name = :name and event_sequence is not null";

  /// For a new target, or one to which only the release before has delivered.
  private static final String BEGIN =
      """
      insert into webhook (name, seq, event_sequence)
      select :name, (select coalesce(max(seq), 0) from audit_entry),
        (select coalesce(max(sequence), 0) from event)
      on conflict (name) do update set event_sequence = coalesce(webhook.event_sequence,
        (select max(sequence) from event where audit <= webhook.seq),
        (select min(sequence) - 1 from event), 0)
      """;

  private static final String CLAIM =
      """
      update webhook
      set holder = :holder, held_until = now() + make_interval(secs => :lease)
      where name = :name
        and (held_until is null or held_until <= now() or holder = :holder)
        and (next_at is null or next_at <= now())
      returning event_sequence, seq, attempts
      """;

  /// Null counts as 0: the claim has become free meanwhile.
  private static final String WAIT =
      """
      select cast(coalesce(greatest(extract(epoch from
          greatest(case when holder <> :holder then held_until end, next_at) - now()), 0), 0)
          as double precision)
      from webhook where name = :name
      """;

  private static final String ADVANCE =
      """
      update webhook
      set event_sequence = :to, seq = greatest(seq, :audit), attempts = 0, next_at = null,
          held_until = now() + make_interval(secs => :lease)
      where name = :name and holder = :holder and event_sequence = :from
      """;

  private static final String PUT_OFF =
      """
      update webhook
      set attempts = attempts + 1, next_at = now() + make_interval(secs => :pause),
          holder = null, held_until = null
      where name = :name and holder = :holder and event_sequence = :from
      """;

  private static final String RELEASE =
      "update webhook set holder = null, held_until = null where name = :name and holder = :holder";

  private final Sql sql;

  WebhookPositions(Sql sql) {
    this.sql = sql;
  }

  /// What a target is done with.
  ///
  /// @param sequence the number of the last event
  /// @param audit the number of the last entry of the audit
  public record Position(long sequence, long audit) {
    /// Whether `event` is done.
    public boolean covers(RegistryEvent event) {
      Long entry = event.audit();
      return event.sequence() <= sequence || entry != null && entry <= audit;
    }

    /// The position after `event`, which follows this one.
    public Position after(RegistryEvent event) {
      Long entry = event.audit();
      return new Position(event.sequence(), entry == null ? audit : Math.max(audit, entry));
    }
  }

  /// The answer to a request for the claim on a target.
  public sealed interface Claim {
    /// The caller has the claim.
    ///
    /// @param attempts how often the delivery of the next event has failed
    record Taken(Position position, int attempts) implements Claim {}

    /// Another replica has the claim, or the next attempt is not due yet.
    ///
    /// @param left the longest time until the claim is available
    record Later(Duration left) implements Claim {}
  }

  /// What `name` is done with. A new target starts after the newest event, so it does not receive
  /// earlier ones.
  public Position of(String name) {
    return Transactions.call(
        () -> {
          Sql.Statement known = sql.of(KNOWN).set("name", name);
          Position found = known.first(WebhookPositions::position);
          if (found == null) {
            sql.of(BEGIN).set("name", name).run();
            found = known.first(WebhookPositions::position);
          }
          return Objects.requireNonNull(found, "rows of webhooks are never removed");
        });
  }

  /// Requests the claim on `name`, which [#of] knows, for the time of `lease`. The holder of the
  /// claim renews it with this.
  public Claim claim(String name, UUID holder, Duration lease) {
    return Transactions.call(
        () -> {
          Claim.Taken taken =
              held(CLAIM, name, holder)
                  .set("lease", seconds(lease))
                  .first(row -> new Claim.Taken(position(row), row.getInt(3)));
          if (taken != null) {
            return taken;
          }
          Double left = held(WAIT, name, holder).first(row -> row.getDouble(1));
          double wait = left == null ? 0 : left;
          return new Claim.Later(Duration.ofMillis((long) Math.ceil(wait * 1_000)));
        });
  }

  private static Position position(ResultSet row) throws SQLException {
    return new Position(row.getLong(1), row.getLong(2));
  }

  /// Marks the events up to `to` as done, and renews the claim for another `lease`.
  ///
  /// @param from the position before
  /// @return false if another replica has the claim; nothing has changed then
  public boolean advance(String name, UUID holder, Position from, Position to, Duration lease) {
    return Transactions.call(
        () ->
            held(ADVANCE, name, holder)
                    .set("from", from.sequence())
                    .set("to", to.sequence())
                    .set("audit", to.audit())
                    .set("lease", seconds(lease))
                    .run()
                == 1);
  }

  /// Records that the delivery of the event after `from` has failed. Releases the claim; any
  /// replica may try again after `pause`.
  public void putOff(String name, UUID holder, Position from, Duration pause) {
    Transactions.run(
        () ->
            held(PUT_OFF, name, holder)
                .set("from", from.sequence())
                .set("pause", seconds(pause))
                .run());
  }

  /// Releases the claim if the caller still has it.
  public void release(String name, UUID holder) {
    Transactions.run(() -> held(RELEASE, name, holder).run());
  }

  private Sql.Statement held(String text, String name, UUID holder) {
    return sql.of(text).set("name", name).set("holder", holder);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1_000.0;
  }
}
