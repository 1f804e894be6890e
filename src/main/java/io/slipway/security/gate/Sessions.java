package io.slipway.security.gate;

import io.slipway.bundle.Digest;
import io.slipway.security.AccessConfig;
import io.slipway.security.Identity;
import io.slipway.security.Keyholder;
import io.slipway.security.Keyring;
import io.slipway.security.OidcConfig;
import io.slipway.security.Presented;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The signed-in browsers. A browser holds a token of 256 random bits; only its SHA-256 is kept, in
/// the memory of this process, so a restart signs everyone out. A session ends with its key, or,
/// for a token of an issuer, after a time. At most [#MOST] sessions; the oldest is dropped first.
/// Thread-safe: one lock, held for a look-up in a map.
@Singleton
final class Sessions {
  static final int MOST = 10_000;
  private static final int BYTES = 32;

  /// @param person the user named by an issuer; null where the session belongs to a key
  /// @param key the id of the key; null for the configured administrator's key
  /// @param until the latest end, in milliseconds
  private record Session(@Nullable Identity person, @Nullable String key, long until, long seen) {
    Session seen(long now) {
      return new Session(person, key, until, now);
    }
  }

  private final SecureRandom random = new SecureRandom();
  private final Map<Digest, Session> sessions =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Session> eldest) {
          return size() > MOST;
        }
      };
  private final Keyring ring;
  private final InstantSource clock;
  private final long atMost;
  private final long idle;
  private final long ofPerson;

  @Inject
  Sessions(Keyring ring, InstantSource clock, AccessConfig config, OidcConfig oidc) {
    this.ring = ring;
    this.clock = clock;
    this.atMost = config.sessionAtMost().toMillis();
    this.idle = config.sessionIdle().toMillis();
    this.ofPerson = Math.min(atMost, oidc.sessionAtMost().toMillis());
  }

  /// Starts a session for the holder of a key.
  ///
  /// @return the token for the browser
  String begin(Keyholder holder) {
    long now = clock.millis();
    return begin(new Session(null, holder.id(), now + atMost, now));
  }

  /// Starts a session for a user whom an issuer has just authenticated.
  ///
  /// @return the token for the browser
  String begin(Identity person) {
    long now = clock.millis();
    return begin(new Session(person, null, now + ofPerson, now));
  }

  private String begin(Session session) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    synchronized (sessions) {
      sessions.put(hash(token), session);
    }
    return token;
  }

  /// The identity of the session with this `token`; [Presented.Rejected] where none is valid.
  Presented find(String token) {
    Digest hash = hash(token);
    long now = clock.millis();
    Session session;
    synchronized (sessions) {
      session = sessions.get(hash);
      if (session == null) {
        return Presented.Rejected.UNKNOWN;
      }
      if (now >= session.until || now - session.seen >= idle) {
        sessions.remove(hash);
        return Presented.Rejected.EXPIRED;
      }
      sessions.replace(hash, session.seen(now));
    }
    return session.person == null ? ring.byId(session.key) : new Presented.Person(session.person);
  }

  /// Whether the session with this `token` is valid. Unlike [#find] it does not prolong it.
  boolean holds(String token) {
    Session session;
    synchronized (sessions) {
      session = sessions.get(hash(token));
    }
    long now = clock.millis();
    return session != null
        && now < session.until
        && now - session.seen < idle
        && (session.person != null || ring.byId(session.key) instanceof Presented.Known);
  }

  void end(String token) {
    synchronized (sessions) {
      sessions.remove(hash(token));
    }
  }

  long secondsAtMost() {
    return atMost / 1_000;
  }

  private static Digest hash(String token) {
    return Digest.of(token.getBytes(StandardCharsets.UTF_8));
  }
}
