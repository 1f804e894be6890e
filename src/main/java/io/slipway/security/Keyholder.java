package io.slipway.security;

import io.slipway.registry.AccessKey;
import io.slipway.registry.Credential;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The holder of one key. The time of last use is written without synchronisation, as it is
/// reported to the minute only.
public final class Keyholder {
  private static final long COARSE_MILLIS = 60_000;

  private final Identity identity;
  private final byte[] hash;
  private final long expires;
  private final @Nullable Credential credential;
  private final @Nullable RateLimit limit;
  private volatile long used;
  private volatile long noted;

  private Keyholder(
      Identity identity,
      byte[] hash,
      long expires,
      @Nullable Credential credential,
      @Nullable RateLimit limit) {
    this.identity = identity;
    this.hash = hash;
    this.expires = expires;
    this.credential = credential;
    this.limit = limit;
  }

  static Keyholder of(Credential credential) {
    AccessKey key = credential.key();
    Integer rate = key.rate();
    Integer burst = key.burst();
    RateLimit limit =
        rate == null
            ? null
            : new RateLimit(rate, burst == null ? Math.max(1, rate) : burst, System.nanoTime());
    Instant expires = key.expiresAt();
    return new Keyholder(
        new Identity(key.name(), Role.permitted(key.roles()), scope(key)),
        HexFormat.of().parseHex(credential.secretHash().hex()),
        expires == null ? Long.MAX_VALUE : expires.toEpochMilli(),
        credential,
        limit);
  }

  /// The holder of the configured administrator's key; `hash` is that of the whole key.
  static Keyholder configured(byte[] hash) {
    return new Keyholder(Identity.CONFIGURED, hash, Long.MAX_VALUE, null, null);
  }

  /// The scope of the key, as far as this release understands it.
  private static ModelScope scope(AccessKey key) {
    try {
      return new ModelScope(key.models());
    } catch (IllegalArgumentException e) {
      return ModelScope.NONE;
    }
  }

  public Identity identity() {
    return identity;
  }

  /// The id of the key; null for the configured one.
  public @Nullable String id() {
    return credential == null ? null : credential.key().id();
  }

  boolean has(String secret) {
    return Secret.matches(secret, hash);
  }

  boolean expired(long nowMillis) {
    return nowMillis >= expires;
  }

  /// Counts one request against the holder's rate limit.
  ///
  /// @return 0 where it is allowed; otherwise the wait in nanoseconds
  public long take() {
    return limit == null ? 0 : limit.take(System.nanoTime());
  }

  void use(long nowMillis) {
    if (nowMillis - used >= COARSE_MILLIS) {
      used = nowMillis;
    }
  }

  /// The time of last use, where it is not yet stored; otherwise 0.
  long unnoted() {
    long last = used;
    return last > noted ? last : 0;
  }

  void note(long millis) {
    noted = millis;
  }

  /// Whether `other` is the same key, so that its rate limit is kept.
  boolean holds(Credential other) {
    if (credential == null) {
      return false;
    }
    AccessKey mine = credential.key();
    AccessKey its = other.key();
    return mine.id().equals(its.id())
        && credential.secretHash().equals(other.secretHash())
        && mine.name().equals(its.name())
        && mine.roles().equals(its.roles())
        && mine.models().equals(its.models())
        && Objects.equals(mine.rate(), its.rate())
        && Objects.equals(mine.burst(), its.burst())
        && Objects.equals(mine.expiresAt(), its.expiresAt());
  }
}
