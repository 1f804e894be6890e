package io.slipway.security;

import io.slipway.registry.AccessKey;
import io.slipway.registry.AccessKeys;
import io.slipway.registry.Caller;
import io.slipway.registry.KeyDraft;
import io.slipway.registry.Page;
import io.slipway.registry.Refusal;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Creates and revokes access keys. Blocks on the database. Changes are effective in this process
/// at once, in others within `slipway.access.refresh-every`.
@Singleton
public final class KeyIssuer {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,99}");
  private static final int MOST_MODELS = 100;
  private static final int MOST_RATE = 1_000_000;

  /// Names in the audit log that do not belong to keys.
  private static final Set<String> TAKEN =
      Set.of(Identity.ANYONE.name(), Identity.CONFIGURED.name(), "system", "samples");

  private static final Logger LOG = Logger.getLogger(KeyIssuer.class);

  private final AccessKeys keys;
  private final Keyring ring;
  private final InstantSource clock;

  @Inject
  KeyIssuer(AccessKeys keys, Keyring ring, InstantSource clock) {
    this.keys = keys;
    this.ring = ring;
    this.clock = clock;
  }

  /// The properties of a new key; the members are those of [AccessKey].
  public record Wish(
      @Nullable String name,
      List<String> roles,
      List<String> models,
      @Nullable Integer rate,
      @Nullable Integer burst,
      @Nullable Instant expiresAt) {}

  /// A new key with its secret, which is available only here.
  public record Issued(AccessKey key, String secret) {
    /// Omits the secret.
    @Override
    public String toString() {
      return key.toString();
    }
  }

  /// Creates a key.
  ///
  /// @throws Refusal.InvalidValue where a member is invalid
  /// @throws Refusal.Conflict where the first key would lock everyone out, or the name is taken
  public Issued issue(Wish wish, Caller caller) {
    check(wish);
    if (ring.open()
        && (!wish.roles().contains(Role.ADMIN.lower())
            || !new ModelScope(wish.models()).all()
            || wish.expiresAt() != null)) {
      throw new Refusal.Conflict(
          "the first key must be an administrator's, for all models and without expiry: from then"
              + " on every call needs a key");
    }
    Secret secret = Secret.random();
    AccessKey key =
        keys.create(
            new KeyDraft(
                secret.id(),
                String.valueOf(wish.name()),
                secret.hash(),
                wish.roles(),
                wish.models(),
                wish.rate(),
                wish.burst(),
                wish.expiresAt()),
            caller);
    refresh();
    return new Issued(key, secret.reveal());
  }

  /// Revokes a key, together with its sessions.
  public AccessKey revoke(String id, @Nullable String reason, Caller caller) {
    AccessKey key = keys.revoke(id, reason, caller);
    refresh();
    return key;
  }

  /// The change is made, and is the answer; where it can't be read now it is read soon.
  private void refresh() {
    try {
      ring.refresh();
    } catch (Refusal.Unavailable e) {
      LOG.warnf("a change of the keys is effective at the next refresh: %s", e.getMessage());
    }
  }

  public AccessKey find(String id) {
    return keys.find(id);
  }

  /// The keys, newest first.
  ///
  /// @param all whether to include revoked keys
  public Page<AccessKey> list(boolean all, @Nullable String pageToken, int limit) {
    return keys.list(all, pageToken, limit);
  }

  private void check(Wish wish) {
    String name = wish.name();
    if (name == null || !NAME.matcher(name).matches() || TAKEN.contains(name)) {
      throw new Refusal.InvalidValue(
          "/name",
          "expected a name of letters, digits, '.', '_', '@' and '-', at most 100, that the service"
              + " does not use itself: the audit log names the holder by it");
    }
    if (wish.roles().isEmpty()) {
      throw new Refusal.InvalidValue("/roles", "a key needs at least one role");
    }
    for (String role : wish.roles()) {
      if (Role.named(role).isEmpty()) {
        throw new Refusal.InvalidValue("/roles", "unknown role " + role + "; expected " + roles());
      }
    }
    if (wish.models().isEmpty() || wish.models().size() > MOST_MODELS) {
      throw new Refusal.InvalidValue(
          "/models", "expected 1 to " + MOST_MODELS + " names of models, or * for all");
    }
    try {
      new ModelScope(wish.models());
    } catch (IllegalArgumentException e) {
      throw new Refusal.InvalidValue("/models", String.valueOf(e.getMessage()));
    }
    positive("/rate", wish.rate());
    positive("/burst", wish.burst());
    if (wish.burst() != null && wish.rate() == null) {
      throw new Refusal.InvalidValue("/burst", "a burst requires a rate");
    }
    Instant expires = wish.expiresAt();
    if (expires != null && !expires.isAfter(clock.instant())) {
      throw new Refusal.InvalidValue("/expires_at", "must be in the future");
    }
  }

  private static void positive(String pointer, @Nullable Integer number) {
    if (number != null && (number < 1 || number > MOST_RATE)) {
      throw new Refusal.InvalidValue(pointer, "expected 1 to " + MOST_RATE);
    }
  }

  private static String roles() {
    return String.join(", ", Arrays.stream(Role.values()).map(Role::lower).toList());
  }
}
