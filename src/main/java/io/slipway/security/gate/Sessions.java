package io.slipway.security.gate;

import io.slipway.bundle.Digest;
import io.slipway.security.AccessConfig;
import io.slipway.security.Keyholder;
import io.slipway.security.Keyring;
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
/// falls with it. At most [#MOST]; the oldest goes first. One lock, held for a look-up in a map.
@Singleton
final class Sessions {
  static final int MOST = 10_000;
  private static final int BYTES = 32;

  /// @param key the id of the key; null of the configured one
  private record Session(@Nullable String key, long begun, long seen) {}

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

  @Inject
  Sessions(Keyring ring, InstantSource clock, AccessConfig config) {
    this.ring = ring;
    this.clock = clock;
    this.atMost = config.sessionAtMost().toMillis();
    this.idle = config.sessionIdle().toMillis();
  }

  /// Begins a session of `holder`.
  ///
  /// @return what the browser is given
  String begin(Keyholder holder) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    long now = clock.millis();
    synchronized (sessions) {
      sessions.put(hash(token), new Session(holder.id(), now, now));
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
      if (now - session.begun >= atMost || now - session.seen >= idle) {
        sessions.remove(hash);
        return Presented.Rejected.EXPIRED;
      }
      sessions.replace(hash, new Session(session.key, session.begun, now));
    }
    return ring.byId(session.key);
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
