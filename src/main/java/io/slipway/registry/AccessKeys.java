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

/// The keys that have been given out. Making and revoking one is history; every method blocks on
/// the database.
@ApplicationScoped
public class AccessKeys {
  /// The most keys that are not revoked: what every process keeps in memory is bounded.
  static final int MOST = 10_000;

  /// A start asks for it, by SQL: no query of the mapper is planned before the first prediction.
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

  /// Keeps a new key.
  ///
  /// @throws Refusal.Conflict where a key of that name is there, or too many are
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

  /// Revokes a key for good; where it is revoked already nothing changes.
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

  /// Newest first.
  ///
  /// @param all those that are revoked too
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
