package io.slipway.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.slipway.bundle.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The keys that have been given out. Making and revoking one is history; every method blocks on
/// the database.
@ApplicationScoped
public class AccessKeys {
  /// The most keys that are not revoked: what every process keeps in memory is bounded.
  static final int MOST = 10_000;

  /// What [#key] reads, the order in which keys were made, and what they are held against.
  private static final String SELECT =
      "select seq, id, name, secret_hash, roles, models, rate, burst, created_at, created_by,"
          + " expires_at, last_used_at, revoked_at, revoked_by from access_key where ";

  private static final String LIVE = SELECT + "revoked_at is null order by seq";

  private static final String EVER = "select 1 from access_key limit 1";

  private static final String INSERT =
      """
      insert into access_key (id, name, secret_hash, roles, models, rate, burst, created_at,
        created_by, expires_at)
      values (:id, :name, :hash, cast(:roles as jsonb), cast(:models as jsonb), :rate, :burst, :at,
        :actor, :expires)
      """;

  private static final String USED =
      """
      update access_key set last_used_at = :at
      where id = :id and (last_used_at is null or last_used_at < :at)
      """;

  private final AuditLog audit;
  private final InstantSource clock;
  private final Sql sql;

  AccessKeys(AuditLog audit, InstantSource clock, Sql sql) {
    this.audit = audit;
    this.clock = clock;
    this.sql = sql;
  }

  /// Keeps a new key.
  ///
  /// @throws Refusal.Conflict where a key of that name is there, or too many are
  public AccessKey create(KeyDraft draft, Caller caller) {
    try {
      return Transactions.call(
          () -> {
            if (live() >= MOST) {
              throw new Refusal.Conflict("there are " + MOST + " keys: revoke some first");
            }
            insert(draft, caller);
            audit.append(change(caller, "key.created", draft.name()).detail(described(draft)));
            return existing(draft.id(), "");
          });
    } catch (Sql.Failed e) {
      if (e.duplicate()) {
        throw new Refusal.Conflict(
            "there is a key named " + draft.name() + ": revoke it, or choose another name");
      }
      throw e;
    }
  }

  private int live() {
    Integer count =
        sql.of("select count(*) from access_key where revoked_at is null")
            .first(row -> row.getInt(1));
    return Objects.requireNonNull(count);
  }

  private void insert(KeyDraft draft, Caller caller) {
    sql.of(INSERT)
        .set("id", draft.id())
        .set("name", draft.name())
        .set("hash", draft.secretHash().hex())
        .set("roles", Json.write(draft.roles()))
        .set("models", Json.write(draft.models()))
        .set("rate", draft.rate())
        .set("burst", draft.burst())
        .set("at", now())
        .set("actor", caller.actor())
        .set("expires", draft.expiresAt())
        .run();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  /// Revokes a key for good; where it is revoked already nothing changes.
  public AccessKey revoke(String id, @Nullable String reason, Caller caller) {
    return Transactions.call(
        () -> {
          AccessKey key = existing(id, " for update");
          if (key.revokedAt() != null) {
            return key;
          }
          sql.of("update access_key set revoked_at = :at, revoked_by = :actor where id = :id")
              .set("at", now())
              .set("actor", caller.actor())
              .set("id", id)
              .run();
          audit.append(change(caller, "key.revoked", key.name()).reason(reason));
          return existing(id, "");
        });
  }

  /// Newest first.
  ///
  /// @param all those that are revoked too
  public Page<AccessKey> list(boolean all, @Nullable String pageToken, int limit) {
    long below = PageToken.number(pageToken, Long.MAX_VALUE);
    return Transactions.call(
        () -> {
          List<Row> rows =
              sql.of(
                      SELECT
                          + "seq < :below"
                          + (all ? "" : " and revoked_at is null")
                          + " order by seq desc limit :limit")
                  .set("below", below)
                  .set("limit", limit + 1)
                  .list(row -> new Row(row.getLong("seq"), key(row)));
          Page<Row> page = PageToken.page(rows, limit, row -> Long.toString(row.seq));
          return new Page<>(page.items().stream().map(Row::key).toList(), page.nextPageToken());
        });
  }

  /// @param seq the order in which keys were made
  private record Row(long seq, AccessKey key) {}

  public AccessKey find(String id) {
    return Transactions.call(() -> existing(id, ""));
  }

  private AccessKey existing(String id, String lock) {
    AccessKey key = sql.of(SELECT + "id = :id" + lock).set("id", id).first(AccessKeys::key);
    if (key == null) {
      throw new Refusal.NotFound("there is no key " + id);
    }
    return key;
  }

  /// What callers may present now.
  ///
  /// @param ever whether there ever was a key, revoked ones included
  /// @param live all that are not revoked, expired ones included
  @RegisterForReflection
  public record Given(boolean ever, List<Credential> live) {}

  public Given given() {
    return Transactions.call(
        () -> {
          List<Credential> live =
              sql.of(LIVE)
                  .list(row -> new Credential(key(row), new Digest(row.getString("secret_hash"))));
          return new Given(sql.of(EVER).first(row -> row.getInt(1)) != null, List.copyOf(live));
        });
  }

  private static AccessKey key(ResultSet row) throws SQLException {
    return new AccessKey(
        row.getString("id"),
        row.getString("name"),
        Json.list(row.getString("roles")),
        Json.list(row.getString("models")),
        row.getObject("rate", Integer.class),
        row.getObject("burst", Integer.class),
        Sql.instant(row, "created_at"),
        row.getString("created_by"),
        Sql.instantOrNull(row, "expires_at"),
        Sql.instantOrNull(row, "last_used_at"),
        Sql.instantOrNull(row, "revoked_at"),
        row.getString("revoked_by"));
  }

  /// Notes when keys were used last, by id; never back in time.
  public void used(Map<String, Instant> times) {
    Transactions.run(
        () -> times.forEach((id, at) -> sql.of(USED).set("at", at).set("id", id).run()));
  }

  private static NewAuditEntry change(Caller caller, String action, String name) {
    return NewAuditEntry.of(caller, action, null).target(name);
  }

  private static String described(KeyDraft draft) {
    ObjectNode detail = JsonNodeFactory.instance.objectNode().put("id", draft.id());
    detail.set("roles", Json.tree(Json.write(draft.roles())));
    detail.set("models", Json.tree(Json.write(draft.models())));
    if (draft.expiresAt() != null) {
      detail.put("expires_at", draft.expiresAt().toString());
    }
    return detail.toString();
  }
}
