package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

/// The position of each webhook target in the history, and the replica that delivers to it. One
/// replica at a time has the claim on a target, for the time of a lease by the clock of the
/// database: after a crash, the claim is free when the lease ends. Every step is one statement
/// that takes effect only for the holder of the claim, so no connection is held during a
/// delivery. Every method blocks on the database.
@ApplicationScoped
public class WebhookPositions {
  private static final String KNOWN = "select seq from webhook where name = :name";

  private static final String BEGIN =
      """
      insert into webhook (name, seq)
      select :name, coalesce(max(seq), 0) from audit_entry
      on conflict (name) do nothing
      """;

  private static final String CLAIM =
      """
      update webhook
      set holder = :holder, held_until = now() + make_interval(secs => :lease)
      where name = :name
        and (held_until is null or held_until <= now() or holder = :holder)
        and (next_at is null or next_at <= now())
      returning seq, attempts
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
      set seq = :to, attempts = 0, next_at = null,
          held_until = now() + make_interval(secs => :lease)
      where name = :name and holder = :holder and seq = :from
      """;

  private static final String PUT_OFF =
      """
      update webhook
      set attempts = attempts + 1, next_at = now() + make_interval(secs => :pause),
          holder = null, held_until = null
      where name = :name and holder = :holder and seq = :seq
      """;

  private static final String RELEASE =
      "update webhook set holder = null, held_until = null where name = :name and holder = :holder";

  private final Sql sql;

  WebhookPositions(Sql sql) {
    this.sql = sql;
  }

  /// The answer to a request for the claim on a target.
  public sealed interface Claim {
    /// The caller has the claim.
    ///
    /// @param seq the number of the last entry that is done
    /// @param attempts how often the delivery of the next entry has failed
    record Taken(long seq, int attempts) implements Claim {}

    /// Another replica has the claim, or the next attempt is not due yet.
    ///
    /// @param left the longest time until the claim is available
    record Later(Duration left) implements Claim {}
  }

  /// The number of the last entry that is done for `name`. A new target starts after the newest
  /// entry, so it does not receive earlier events.
  public long seq(String name) {
    return Transactions.call(
        () -> {
          Sql.Statement known = sql.of(KNOWN).set("name", name);
          Long found = known.first(row -> row.getLong(1));
          if (found == null) {
            sql.of(BEGIN).set("name", name).run();
            found = known.first(row -> row.getLong(1));
          }
          return Objects.requireNonNull(found, "rows of webhooks are never removed");
        });
  }

  /// Requests the claim on `name` for the time of `lease`. The holder of the claim renews it with
  /// this.
  public Claim claim(String name, UUID holder, Duration lease) {
    return Transactions.call(
        () -> {
          Claim.Taken taken =
              held(CLAIM, name, holder)
                  .set("lease", seconds(lease))
                  .first(row -> new Claim.Taken(row.getLong(1), row.getInt(2)));
          if (taken != null) {
            return taken;
          }
          Double left = held(WAIT, name, holder).first(row -> row.getDouble(1));
          double wait = left == null ? 0 : left;
          return new Claim.Later(Duration.ofMillis((long) Math.ceil(wait * 1_000)));
        });
  }

  /// Marks the entries up to `to` as done, and renews the claim for another `lease`.
  ///
  /// @param from the position before
  /// @return false if another replica has the claim; nothing has changed then
  public boolean advance(String name, UUID holder, long from, long to, Duration lease) {
    return Transactions.call(
        () ->
            held(ADVANCE, name, holder)
                    .set("from", from)
                    .set("to", to)
                    .set("lease", seconds(lease))
                    .run()
                == 1);
  }

  /// Records that the delivery of the entry after `seq` has failed. Releases the claim; any
  /// replica may try again after `pause`.
  public void putOff(String name, UUID holder, long seq, Duration pause) {
    Transactions.run(
        () -> held(PUT_OFF, name, holder).set("seq", seq).set("pause", seconds(pause)).run());
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
