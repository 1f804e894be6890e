package io.slipway.security;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.slipway.registry.Refusal;
import io.slipway.registry.RegistryEvents;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// Access control at start: before anything listens, reads the keys, and refuses to start where
/// other machines could connect although there is no key and open access is not configured. Later
/// it reads the keys again when any replica creates or revokes one, and every few seconds.
@Singleton
final class AccessAtStart {
  private static final Logger LOG = Logger.getLogger(AccessAtStart.class);

  private final Keyring ring;
  private final RegistryEvents events;
  private final AccessConfig config;
  private final String host;
  private final AtomicBoolean reading = new AtomicBoolean();
  private volatile boolean troubled;
  private volatile boolean stopped;

  @Inject
  AccessAtStart(
      Keyring ring,
      RegistryEvents events,
      AccessConfig config,
      @ConfigProperty(name = "quarkus.http.host") String host) {
    this.ring = ring;
    this.events = events;
    this.config = config;
    this.host = host;
  }

  void start(@Observes @Priority(1) StartupEvent event, Vertx vertx) {
    boolean here = isLoopback(host);
    boolean mayOpen = here || config.openToAnyone();
    ring.mayOpen(mayOpen);
    read();
    if (ring.keyless() && !mayOpen) {
      throw new StartRefused(refusal());
    }
    LOG.log(ring.open() ? Logger.Level.WARN : Logger.Level.INFO, state(here));
    vertx.setPeriodic(
        config.refreshEvery().toMillis(), _ -> vertx.executeBlocking(this::readAnew, false));
    events.watch(RegistryEvents.Topic.KEYS, () -> vertx.executeBlocking(this::readAnew, false));
  }

  void stop(@Observes ShutdownEvent event) {
    stopped = true;
  }

  private void read() {
    try {
      ring.refresh();
    } catch (Refusal.Unavailable e) {
      troubled = true;
      LOG.warn(
          ring.recall()
              ? "the keys cannot be read; those read last stay valid"
              : "the keys cannot be read, and none are saved: no key is accepted");
    }
  }

  private String refusal() {
    return "Slipway does not start on "
        + host
        + ": other machines can reach that address, and access would be open. Set an"
        + " administrator's key of at least 32 characters as SLIPWAY_ADMIN_KEY, or in a file named"
        + " by SLIPWAY_ADMIN_KEY_FILE (then create keys with `slipway key create`); or listen on"
        + " 127.0.0.1; or, if a proxy controls access, set SLIPWAY_ACCESS_OPEN_TO_ANYONE=true.";
  }

  private String state(boolean here) {
    if (!ring.open()) {
      return "Access: by key ("
          + ring.size()
          + " issued"
          + (ring.hasAdmin() ? ", and the configured administrator's" : "")
          + ")";
    }
    return here
        ? "Access: open, on this machine only: " + host
        : "Access: OPEN TO ANYONE who can reach "
            + host
            + " (slipway.access.open-to-anyone), to read, change and delete everything";
  }

  static boolean isLoopback(String host) {
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (!address.isLoopbackAddress()) {
          return false;
        }
      }
      return true;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private boolean readAnew() {
    if (!reading.compareAndSet(false, true)) {
      return false;
    }
    try {
      ring.refresh();
      ring.note();
      if (troubled) {
        troubled = false;
        LOG.info("the keys can be read again");
        if (ring.keyless() && !ring.open()) {
          LOG.error(refusal());
        }
      }
    } catch (RuntimeException e) {
      if (!troubled && !stopped) {
        troubled = true;
        LOG.warnf(
            "the keys can't be read; those that are known go on counting: %s", e.getMessage());
      }
    } finally {
      reading.set(false);
    }
    return true;
  }
}
