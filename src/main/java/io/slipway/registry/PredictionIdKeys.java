package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The keys for creating and decoding prediction ids. The first replica that asks creates the
/// first key. Another one is created by [#rotate], or when the newest is a [#YEAR] old; the
/// history records both. Keys are never removed. Every method blocks on the database.
@ApplicationScoped
public class PredictionIdKeys {
  /// The greatest age of the newest key. The time in an id counts from its key's creation, and
  /// its range is a little more than twice this age.
  static final Duration YEAR = Duration.ofDays(365);

  /// The most keys: decoding an id tries each of them. At one key a year, this is more than
  /// enough.
  static final int MOST = 64;

  private static final int SECRET = 16;

  private static final String ALL =
      "select number, secret, created_at, created_by from prediction_id_key order by number desc";

  private static final String LOCK = "lock table prediction_id_key in share row exclusive mode";

  private static final String INSERT =
      """
      insert into prediction_id_key (secret, created_at, created_by)
      values (decode(:secret, 'base64'), :at, :actor)
      """;

  private final AuditLog audit;
  private final InstantSource clock;
  private final Sql sql;
  private final SecureRandom random = new SecureRandom();

  PredictionIdKeys(AuditLog audit, InstantSource clock, Sql sql) {
    this.audit = audit;
    this.clock = clock;
    this.sql = sql;
  }

  /// All keys, newest first. Creates one if there is none or the newest is too old, so that the
  /// list is never empty.
  public List<PredictionIdKey> all() {
    List<PredictionIdKey> keys = Transactions.call(this::read);
    if (!keys.isEmpty() && (fresh(keys) || keys.size() >= MOST)) {
      return keys;
    }
    return Transactions.call(
        () -> {
          sql.of(LOCK).run();
          List<PredictionIdKey> now = read();
          return !now.isEmpty() && fresh(now)
              ? now
              : add(now, "the previous key is a year old", Caller.SYSTEM);
        });
  }

  private boolean fresh(List<PredictionIdKey> keys) {
    return keys.getFirst().createdAt().plus(YEAR).isAfter(clock.instant());
  }

  /// Creates a key. Replicas use it for new ids within a few seconds; older ids are still decoded
  /// with the older keys.
  ///
  /// @return all keys, newest first
  /// @throws Refusal.Conflict if there are [#MOST] keys already
  public List<PredictionIdKey> rotate(@Nullable String reason, Caller caller) {
    Names.reason(reason);
    return Transactions.call(
        () -> {
          sql.of(LOCK).run();
          List<PredictionIdKey> now = read();
          if (now.size() >= MOST) {
            throw new Refusal.Conflict(
                "there are " + MOST + " keys of prediction ids, which is the maximum");
          }
          return add(now, reason, caller);
        });
  }

  private List<PredictionIdKey> add(
      List<PredictionIdKey> before, @Nullable String reason, Caller caller) {
    byte[] secret = new byte[SECRET];
    random.nextBytes(secret);
    sql.of(INSERT)
        .set("secret", Base64.getEncoder().encodeToString(secret))
        .set("at", clock.instant().truncatedTo(ChronoUnit.MILLIS))
        .set("actor", caller.actor())
        .run();
    List<PredictionIdKey> now = read();
    if (!before.isEmpty()) {
      audit.append(
          NewAuditEntry.of(caller, "prediction_id_key.rotated", null)
              .target(Integer.toString(now.getFirst().number()))
              .fromTo(before.getFirst().number(), now.getFirst().number())
              .reason(reason));
    }
    return now;
  }

  private List<PredictionIdKey> read() {
    return List.copyOf(sql.of(ALL).list(PredictionIdKeys::key));
  }

  private static PredictionIdKey key(ResultSet row) throws SQLException {
    Instant at = Sql.instant(row, "created_at");
    return new PredictionIdKey(
        row.getInt("number"),
        Base64.getEncoder().encodeToString(Objects.requireNonNull(row.getBytes("secret"))),
        at,
        row.getString("created_by"));
  }
}
