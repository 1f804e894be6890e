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

/// Before anything listens: reads the keys, and refuses to start where anyone could come in from
/// another machine and nobody has said that they may. Later it reads the keys when one was made or
/// revoked, on whichever replica, and every few seconds.
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
              ? "the keys can't be read; those that counted last go on counting"
              : "the keys can't be read, and none are known from before: nobody is let in by one");
    }
  }

  private String refusal() {
    return "Slipway does not start on "
        + host
        + ": other machines reach that address, and nobody would be asked who they are. Give an"
        + " administrator's key of at least 32 characters as SLIPWAY_ADMIN_KEY, or in a file named"
        + " by SLIPWAY_ADMIN_KEY_FILE (then make keys with `slipway key create`); or listen on"
        + " 127.0.0.1; or, where something before it asks, set SLIPWAY_ACCESS_OPEN_TO_ANYONE=true.";
  }

  private String state(boolean here) {
    if (!ring.open()) {
      return "Access: by key ("
          + ring.size()
          + " given out"
          + (ring.hasAdmin() ? ", and the administrator's that is configured" : "")
          + ")";
    }
    return here
        ? "Access: nobody is asked who they are, so only this machine is served, on " + host
        : "Access: OPEN TO ANYONE who reaches "
            + host
            + ", as slipway.access.open-to-anyone says, to read, change and delete everything";
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
