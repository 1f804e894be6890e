package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

/// How far each webhook target was told of the history, and which replica tells it now. One replica
/// at a time has the claim on a target: for a lease, by the clock of the database, which outlives
/// no crash by more than its length. Every step is one statement that holds only for who has the
/// claim, so no connection is held while a target is told. Every method blocks on the database.
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

  /// The greatest of nothing is nothing: it has become free meanwhile.
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

  /// The answer to who asks for the claim on a target.
  public sealed interface Claim {
    /// The caller has it.
    ///
    /// @param seq the number of the last entry that is done with
    /// @param attempts how often the next one was tried in vain
    record Taken(long seq, int attempts) implements Claim {}

    /// Another replica has it, or the next try is not due.
    ///
    /// @param left until it may be had, at most
    record Later(Duration left) implements Claim {}
  }

  /// The number of the last entry that `name` is done with. One that is seen for the first time
  /// begins behind the newest: nobody is flooded with what was before.
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

  /// Asks for the claim on `name`, for the time of `lease`; who has it already has it anew.
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

  /// Is done with the entries up to `to`, and has the claim for another `lease`.
  ///
  /// @param from where it was
  /// @return false where another has the claim: nothing has changed
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

  /// The entry after `seq` was tried in vain, and is tried again after `pause`, by whichever
  /// replica: the claim is given back.
  public void putOff(String name, UUID holder, long seq, Duration pause) {
    Transactions.run(
        () -> held(PUT_OFF, name, holder).set("seq", seq).set("pause", seconds(pause)).run());
  }

  /// Gives the claim back, where it is still the caller's.
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
