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

/// Browsers that are signed in. What a browser has is 256 random bits; kept is their SHA-256, in
/// the memory of this process, so a restart signs everybody out. A session stands on a key and
/// falls with it, or on a token, for a time. At most [#MOST]; the oldest goes first. One lock, held
/// for a look-up in a map.
@Singleton
final class Sessions {
  static final int MOST = 10_000;
  private static final int BYTES = 32;

  /// @param person whom an issuer knows; null where the session stands on a key
  /// @param key the id of the key; null of the configured one
  /// @param until when it ends at the latest, in milliseconds
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

  /// Begins a session of `holder`.
  ///
  /// @return what the browser is given
  String begin(Keyholder holder) {
    long now = clock.millis();
    return begin(new Session(null, holder.id(), now + atMost, now));
  }

  /// Begins a session of `person`, whom an issuer has named just now.
  ///
  /// @return what the browser is given
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

  /// Whose session `token` is; [Presented.Rejected] where it is nobody's any more.
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
