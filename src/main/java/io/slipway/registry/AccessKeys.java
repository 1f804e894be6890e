package io.slipway.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.slipway.bundle.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hibernate.Session;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;

/// The keys that have been given out. Making and revoking one is history; every method blocks on
/// the database.
@ApplicationScoped
public class AccessKeys {
  /// The most keys that are not revoked: what every process keeps in memory is bounded.
  static final int MOST = 10_000;

  private static final String LIVE =
      """
      select id, name, secret_hash, roles, models, rate, burst, created_at, created_by, expires_at,
        last_used_at
      from access_key where revoked_at is null order by seq
      """;

  private static final String EVER = "select exists (select 1 from access_key)";

  private final AuditLog audit;
  private final InstantSource clock;
  private final EntityManager entities;

  AccessKeys(AuditLog audit, InstantSource clock, EntityManager entities) {
    this.entities = entities;
    this.audit = audit;
    this.clock = clock;
  }

  /// Keeps a new key.
  ///
  /// @throws Refusal.Conflict where a key of that name is there, or too many are
  public AccessKey create(KeyDraft draft, Caller caller) {
    try {
      return Transactions.call(
          () -> {
            if (AccessKeyEntity.count("revokedAt is null") >= MOST) {
              throw new Refusal.Conflict("there are " + MOST + " keys: revoke some first");
            }
            AccessKeyEntity row = row(draft);
            row.createdAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
            row.createdBy = caller.actor();
            row.persistAndFlush();
            audit.append(change(caller, "key.created", row).detail(described(draft)));
            return row.toKey();
          });
    } catch (ConstraintViolationException e) {
      throw new Refusal.Conflict(
          "there is a key named " + draft.name() + ": revoke it, or choose another name");
    }
  }

  /// Revokes a key for good; where it is revoked already nothing changes.
  public AccessKey revoke(String id, @Nullable String reason, Caller caller) {
    return Transactions.call(
        () -> {
          AccessKeyEntity row = AccessKeyEntity.findById(id, LockModeType.PESSIMISTIC_WRITE);
          if (row == null) {
            throw new Refusal.NotFound("there is no key " + id);
          }
          if (row.revokedAt == null) {
            row.revokedAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
            row.revokedBy = caller.actor();
            audit.append(change(caller, "key.revoked", row).reason(reason));
          }
          return row.toKey();
        });
  }

  /// Newest first.
  ///
  /// @param all those that are revoked too
  public Page<AccessKey> list(boolean all, @Nullable String pageToken, int limit) {
    long below = PageToken.number(pageToken, Long.MAX_VALUE);
    return Transactions.call(
        () -> {
          List<AccessKeyEntity> rows =
              AccessKeyEntity.<AccessKeyEntity>find(
                      "seq < ?1" + (all ? "" : " and revokedAt is null") + " order by seq desc",
                      below)
                  .range(0, limit)
                  .list();
          Page<AccessKeyEntity> page = PageToken.page(rows, limit, row -> Long.toString(row.seq));
          return new Page<>(
              page.items().stream().map(AccessKeyEntity::toKey).toList(), page.nextPageToken());
        });
  }

  public AccessKey find(String id) {
    return Transactions.call(
        () -> {
          AccessKeyEntity row = AccessKeyEntity.findById(id);
          if (row == null) {
            throw new Refusal.NotFound("there is no key " + id);
          }
          return row.toKey();
        });
  }

  /// What callers may present now.
  ///
  /// @param ever whether there ever was a key, revoked ones included
  /// @param live all that are not revoked, expired ones included
  @RegisterForReflection
  public record Given(boolean ever, List<Credential> live) {}

  public Given given() {
    return Transactions.call(
        () -> entities.unwrap(Session.class).doReturningWork(AccessKeys::given));
  }

  /// Without Hibernate's queries: a start waits for this.
  private static Given given(Connection connection) throws SQLException {
    List<Credential> live = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(LIVE);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        live.add(credential(rows));
      }
    }
    try (PreparedStatement statement = connection.prepareStatement(EVER);
        ResultSet row = statement.executeQuery()) {
      return new Given(row.next() && row.getBoolean(1), List.copyOf(live));
    }
  }

  private static Credential credential(ResultSet row) throws SQLException {
    return new Credential(
        new AccessKey(
            row.getString("id"),
            row.getString("name"),
            Json.list(row.getString("roles")),
            Json.list(row.getString("models")),
            row.getObject("rate", Integer.class),
            row.getObject("burst", Integer.class),
            Objects.requireNonNull(instant(row, "created_at")),
            row.getString("created_by"),
            instant(row, "expires_at"),
            instant(row, "last_used_at"),
            null,
            null),
        new Digest(row.getString("secret_hash")));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  /// Notes when keys were used last, by id; never back in time.
  public void used(Map<String, Instant> times) {
    Transactions.run(
        () ->
            times.forEach(
                (id, at) ->
                    AccessKeyEntity.update(
                        "lastUsedAt = ?1 where id = ?2 and (lastUsedAt is null or lastUsedAt < ?1)",
                        at,
                        id)));
  }

  private static AccessKeyEntity row(KeyDraft draft) {
    AccessKeyEntity row = new AccessKeyEntity();
    row.id = draft.id();
    row.name = draft.name();
    row.secretHash = draft.secretHash().hex();
    row.roles = Json.write(draft.roles());
    row.models = Json.write(draft.models());
    row.rate = draft.rate();
    row.burst = draft.burst();
    row.expiresAt = draft.expiresAt();
    return row;
  }

  private static Change change(Caller caller, String action, AccessKeyEntity row) {
    return Change.of(caller, action, null).target(row.name);
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
