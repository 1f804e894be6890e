package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The numbers that distinguish the prediction ids of replicas. At each start a replica takes a
/// number that no other replica uses, and renews it from time to time. Numbers that were never
/// used are given out first, then the one that was unused for the longest time. Every method
/// blocks on the database.
@ApplicationScoped
public class PredictionIdNumbers {
  /// The largest number.
  public static final int LAST = 16_383;

  private static final String LOCK = "lock table prediction_id_number in share row exclusive mode";

  /// A number that was never used; if there is none, the one that was unused for the longest
  /// time.
  private static final String NEXT =
      """
      select case when max(number) is null then 1
                  when max(number) < :last then max(number) + 1
                  else (select number from prediction_id_number order by seen_at, number limit 1)
             end as next
      from prediction_id_number
      """;

  private static final String TAKE =
      """
      insert into prediction_id_number (number, replica, name, taken_at, seen_at)
      values (:number, :replica, :name, now(), now())
      on conflict (number) do update
      set replica = excluded.replica, name = excluded.name, taken_at = excluded.taken_at,
          seen_at = excluded.seen_at
      """;

  private static final String SEEN =
      "update prediction_id_number set seen_at = now() where number = :number and replica = :replica";

  private static final String OF =
      "select replica, name, taken_at from prediction_id_number where number = :number";

  private final Sql sql;

  PredictionIdNumbers(Sql sql) {
    this.sql = sql;
  }

  /// The replica that has a number, and since when.
  public record Holder(UUID replica, String name, Instant takenAt) {}

  /// Takes a number for `replica`.
  public int take(UUID replica, String name) {
    return Transactions.call(
        () -> {
          sql.of(LOCK).run();
          Integer number = sql.of(NEXT).set("last", LAST).first(row -> row.getInt("next"));
          sql.of(TAKE)
              .set("number", Objects.requireNonNull(number))
              .set("replica", replica)
              .set("name", name)
              .run();
          return number;
        });
  }

  /// Records that `replica` still uses `number`.
  ///
  /// @return false if another replica has the number now
  public boolean seen(int number, UUID replica) {
    return Transactions.call(
        () -> sql.of(SEEN).set("number", number).set("replica", replica).run() == 1);
  }

  /// The replica that has `number`; null if the number was never taken.
  public @Nullable Holder holder(int number) {
    return Transactions.call(
        () ->
            sql.of(OF)
                .set("number", number)
                .first(
                    row ->
                        new Holder(
                            row.getObject("replica", UUID.class),
                            row.getString("name"),
                            Sql.instant(row, "taken_at"))));
  }
}
