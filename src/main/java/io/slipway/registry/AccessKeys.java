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
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;

/// The access keys of this registry. Creating or revoking a key is recorded in the history. Every
/// method blocks on the database.
@ApplicationScoped
public class AccessKeys {
  /// The most keys that are not revoked: every process holds all of them in memory.
  static final int MOST = 10_000;

  /// The query of a start. It is plain SQL, so that Hibernate parses no query before the first
  /// prediction.
  private static final String LIVE =
      "select id, name, secret_hash, roles, models, rate, burst, created_at, created_by,"
          + " expires_at, last_used_at, revoked_at, revoked_by from access_key"
          + " where revoked_at is null order by seq";

  private static final String EVER = "select 1 from access_key limit 1";

  private final AuditLog audit;
  private final InstantSource clock;
  private final Sql sql;
  private final AccessKeyRepository keys;

  AccessKeys(AuditLog audit, InstantSource clock, Sql sql, AccessKeyRepository keys) {
    this.audit = audit;
    this.clock = clock;
    this.sql = sql;
    this.keys = keys;
  }

  /// Creates a key.
  ///
  /// @throws Refusal.Conflict if an unrevoked key has the same name, or there are [#MOST] keys
  ///     already
  public AccessKey create(KeyDraft draft, Caller caller) {
    try {
      return Transactions.call(
          () -> {
            if (keys.live() >= MOST) {
              throw new Refusal.Conflict("there are " + MOST + " keys: revoke some first");
            }
            AccessKeyEntity key = new AccessKeyEntity(draft, now(), caller.actor());
            keys.persistAndFlush(key);
            audit.append(change(caller, "key.created", draft.name()).detail(described(draft)));
            return key.key();
          });
    } catch (ConstraintViolationException e) {
      throw new Refusal.Conflict(
          "there is a key named " + draft.name() + ": revoke it, or choose another name");
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  /// Revokes a key permanently. Changes nothing if the key is revoked already.
  public AccessKey revoke(String id, @Nullable String reason, Caller caller) {
    Names.reason(reason);
    return Transactions.call(
        () -> {
          AccessKeyEntity key = keys.locked(id);
          if (!key.revoked()) {
            key.revoke(now(), caller.actor());
            audit.append(change(caller, "key.revoked", key.key().name()).reason(reason));
          }
          return key.key();
        });
  }

  /// Lists the keys, newest first.
  ///
  /// @param all whether to include revoked keys
  public Page<AccessKey> list(boolean all, @Nullable String pageToken, int limit) {
    long below = PageToken.number(pageToken, Long.MAX_VALUE);
    return Transactions.call(
        () -> {
          Page<AccessKeyEntity> page =
              PageToken.page(
                  keys.before(below, all, limit + 1), limit, key -> Long.toString(key.seq()));
          return new Page<>(
              page.items().stream().map(AccessKeyEntity::key).toList(), page.nextPageToken());
        });
  }

  public AccessKey find(String id) {
    return Transactions.call(() -> keys.existing(id).key());
  }

  /// The keys that callers are checked against.
  ///
  /// @param ever whether a key was ever created, even if all are revoked now
  /// @param live the keys that are not revoked, including expired ones
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

  /// Records the times of last use, by key id; never moves a time back.
  public void used(Map<String, Instant> times) {
    Transactions.run(() -> times.forEach(keys::used));
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
