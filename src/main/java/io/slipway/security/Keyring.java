package io.slipway.security;

import com.fasterxml.jackson.core.type.TypeReference;
import io.slipway.bundle.Digest;
import io.slipway.registry.AccessKeys;
import io.slipway.registry.Credential;
import io.slipway.registry.KeptFile;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/// Every key that counts now, in memory: one volatile reference to an immutable map, replaced by
/// [#refresh] and [#recall] alone, one at a time. A call reads the reference once and asks nobody;
/// where the database is down, the last map holds, and a start without the database takes what the
/// last one has kept. Before that nobody is let in.
@Singleton
public final class Keyring {
  private static final int SHORTEST = 32;

  /// @param keyless whether no key was ever given out, and nothing else is asked for
  /// @param open whether nobody is asked who they are
  private record Ring(boolean keyless, boolean open, Map<String, Keyholder> holders) {}

  private final AccessKeys keys;
  private final InstantSource clock;
  private final @Nullable Keyholder admin;
  private final boolean asks;
  private final KeptFile<AccessKeys.Given> kept;
  private volatile boolean mayOpen;
  private volatile Ring ring = new Ring(false, false, Map.of());

  @Inject
  Keyring(
      AccessKeys keys,
      InstantSource clock,
      AdminConfig config,
      OidcConfig oidc,
      CertificateConfig certificates,
      @ConfigProperty(name = "slipway.data") Path data) {
    this.keys = keys;
    this.kept = new KeptFile<>(data.resolve("keys.json"), new TypeReference<>() {});
    this.clock = clock;
    this.admin =
        configured(config)
            .map(
                key ->
                    Keyholder.configured(
                        Digest.sha256().digest(key.getBytes(StandardCharsets.UTF_8))))
            .orElse(null);
    this.asks = admin != null || oidc.issuer().isPresent() || certificates.roles().isPresent();
  }

  /// @throws StartRefused where it is too short, or its file can't be read
  private static Optional<String> configured(AdminConfig config) {
    Optional<String> key =
        config.key().isPresent() ? config.key() : config.keyFile().map(Keyring::read);
    key.ifPresent(
        text -> {
          if (text.length() < SHORTEST) {
            throw new StartRefused(
                "the administrator's key (SLIPWAY_ADMIN_KEY) has "
                    + text.length()
                    + " characters and needs at least "
                    + SHORTEST
                    + ": make one with `openssl rand -hex 32`");
          }
        });
    return key;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new StartRefused(
          "the administrator's key can't be read from " + file + " (SLIPWAY_ADMIN_KEY_FILE): " + e);
    }
  }

  /// Says whether a service without any key may let in whoever comes; until then it does not.
  void mayOpen(boolean may) {
    mayOpen = may;
  }

  /// Whether no key was ever given out, and neither one nor an issuer of tokens nor a
  /// certificate is configured.
  boolean keyless() {
    return ring.keyless;
  }

  /// Whether nobody is asked who they are: there is nothing to ask for, and that may be so.
  public boolean open() {
    return ring.open;
  }

  /// How many keys have been given out and count.
  int size() {
    return ring.holders.size();
  }

  boolean hasAdmin() {
    return admin != null;
  }

  /// Whose `presented` is. Hashes once or twice; blocks on nothing.
  public Presented.OfKey present(String presented) {
    Secret secret = Secret.parse(presented);
    if (secret != null) {
      Keyholder holder = ring.holders.get(secret.id());
      if (holder != null && holder.has(secret.secret())) {
        return counted(holder);
      }
    }
    if (admin != null && admin.has(presented)) {
      return new Presented.Known(admin);
    }
    return Presented.Rejected.UNKNOWN;
  }

  /// Who has the key `id` now, null for the configured one: what a session stands on.
  public Presented.OfKey byId(@Nullable String id) {
    Keyholder holder = id == null ? admin : ring.holders.get(id);
    return holder == null ? Presented.Rejected.UNKNOWN : counted(holder);
  }

  private Presented.OfKey counted(Keyholder holder) {
    long now = clock.millis();
    if (holder.expired(now)) {
      return Presented.Rejected.EXPIRED;
    }
    holder.use(now);
    return new Presented.Known(holder);
  }

  /// Reads the keys anew. Blocks on the database.
  synchronized void refresh() {
    AccessKeys.Given given = keys.given();
    take(given);
    kept.keep(given);
  }

  /// Takes what this replica has read last, for a start while the database does not answer.
  ///
  /// @return false where it never has
  synchronized boolean recall() {
    AccessKeys.Given last = kept.read();
    if (last != null) {
      take(last);
    }
    return last != null;
  }

  private void take(AccessKeys.Given given) {
    Map<String, Keyholder> before = ring.holders;
    Map<String, Keyholder> holders = HashMap.newHashMap(given.live().size());
    for (Credential credential : given.live()) {
      String id = credential.key().id();
      Keyholder known = before.get(id);
      holders.put(id, known != null && known.holds(credential) ? known : Keyholder.of(credential));
    }
    boolean keyless = !given.ever() && !asks;
    ring = new Ring(keyless, keyless && mayOpen, Map.copyOf(holders));
  }

  /// Writes down when keys were used last. Blocks on the database.
  void note() {
    Map<String, Instant> times = new HashMap<>();
    Map<Keyholder, Long> noted = new HashMap<>();
    ring.holders.forEach(
        (id, holder) -> {
          long used = holder.unnoted();
          if (used > 0) {
            times.put(id, Instant.ofEpochMilli(used));
            noted.put(holder, used);
          }
        });
    if (!times.isEmpty()) {
      keys.used(times);
      noted.forEach(Keyholder::note);
    }
  }
}
