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

/// All valid keys, in memory: one volatile reference to an immutable map, which only [#refresh] and
/// [#recall] replace. A call reads the reference once and needs no database. While the database is
/// down the last map stays in use; a start without it uses the saved one. Until either is read, no
/// key is accepted.
@Singleton
public final class Keyring {
  private static final int SHORTEST = 32;

  /// @param keyless whether there was never a key, and no other credential is configured
  /// @param open whether access is open
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

  /// @throws StartRefused where it is too short, or its file cannot be read
  private static Optional<String> configured(AdminConfig config) {
    Optional<String> key =
        config.key().isPresent() ? config.key() : config.keyFile().map(Keyring::read);
    key.ifPresent(
        text -> {
          if (text.length() < SHORTEST) {
            throw new StartRefused(
                "the administrator's key (SLIPWAY_ADMIN_KEY) has "
                    + text.length()
                    + " characters, but needs at least "
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
          "the administrator's key cannot be read from "
              + file
              + " (SLIPWAY_ADMIN_KEY_FILE): "
              + e);
    }
  }

  /// Sets whether a service without any key has open access; initially it has not.
  void mayOpen(boolean may) {
    mayOpen = may;
  }

  /// Whether there was never a key, and neither an administrator's key, an issuer of tokens nor a
  /// client certificate is configured.
  boolean keyless() {
    return ring.keyless;
  }

  /// Whether access is open: no credential exists, and the operator allows that.
  public boolean open() {
    return ring.open;
  }

  /// The number of valid keys.
  int size() {
    return ring.holders.size();
  }

  boolean hasAdmin() {
    return admin != null;
  }

  /// The holder of the presented key. Computes one or two hashes; never blocks.
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

  /// The current holder of the key `id`, null for the configured one; used by sessions.
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

  /// Reads the keys again. Blocks on the database.
  synchronized void refresh() {
    AccessKeys.Given given = keys.given();
    take(given);
    kept.keep(given);
  }

  /// Restores the saved keys, for a start without the database.
  ///
  /// @return false where none are saved
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

  /// Stores when keys were last used. Blocks on the database.
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
