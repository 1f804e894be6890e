package io.slipway.ops;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.slipway.process.ShutdownHook;
import io.slipway.serving.load.ServingState;
import io.slipway.serving.run.StuckRuns;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/// The graceful shutdown of the process: it reports not ready, opens no further models, waits for
/// open requests, and exits. The order matters: a model that is being opened while the JVM's
/// shutdown hooks run would crash the process, so this class handles the signals instead of the
/// JVM. (Quarkus has a graceful shutdown too; as seen in 3.30, its Jackson part never completes,
/// so that every stop takes the whole timeout.)
///
/// It also starts where too many threads are lost to endless runs; the process then exits with a
/// status of its own, which asks for a restart.
@Singleton
final class Departure {
  private static final Logger LOG = Logger.getLogger(Departure.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration GLANCE = Duration.ofMillis(20);

  /// EX_TEMPFAIL of sysexits.h: a restart may help.
  private static final int START_AGAIN = 75;

  /// How long to wait for requests where an event loop is lost: those that it holds never end.
  private static final Duration DRAIN_OF_A_LOST_LOOP = Duration.ofSeconds(5);

  /// How long the application may take to stop where it waits for threads that may be lost.
  private static final Duration HALT_AFTER = Duration.ofSeconds(5);

  private final ServingState serving;
  private final InFlight inFlight;
  private final OpsConfig config;
  private final StuckRuns stuck;
  private final AtomicBoolean departing = new AtomicBoolean();

  @Inject
  Departure(ServingState serving, StuckRuns stuck, InFlight inFlight, OpsConfig config) {
    this.serving = serving;
    this.stuck = stuck;
    this.inFlight = inFlight;
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    // Tests and dev mode stop the application but keep the process.
    if (LaunchMode.current() == LaunchMode.NORMAL) {
      take("TERM");
      take("INT");
      stuck.onTooMany(this::startAgain);
      if (stuck.tooMany()) {
        startAgain();
      }
    }
  }

  private void startAgain() {
    begin(START_AGAIN);
  }

  private void begin(int status) {
    Thread.ofPlatform().name("slipway-departure").start(() -> depart(status));
  }

  void stop(@Observes ShutdownEvent event) {
    leave();
  }

  private void leave() {
    if (!serving.stop(TIMEOUT)) {
      LOG.warnf("a model is still being opened after %s", TIMEOUT);
    }
  }

  /// Handles the signal `name` instead of the JVM. By reflection, as the compiler warns of direct
  /// uses of these classes, although every JDK has them (module `jdk.unsupported`).
  private void take(String name) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object taker =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, args) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      begin(0);
                      yield null;
                    }
                    case "equals" -> proxy == args[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> name;
                  });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), taker);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.debugf(e, "the JVM does not release the signal %s", name);
    }
  }

  private void depart(int status) {
    if (!departing.compareAndSet(false, true)) {
      return;
    }
    LOG.info("shutting down: no longer ready, finishing open requests");
    leave();
    try {
      Thread.sleep(config.leaveAfter());
      long end = System.nanoTime() + drain().toNanos();
      while (inFlight.requests() > 0 && System.nanoTime() - end < 0) {
        Thread.sleep(GLANCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (inFlight.requests() > 0) {
      LOG.warnf("%d requests were not finished and are aborted", inFlight.requests());
    }
    if (stuck.lost() > 0) {
      ShutdownHook.halting(status, HALT_AFTER);
    }
    Quarkus.asyncExit(status);
  }

  private Duration drain() {
    Duration usual = config.drainAtMost();
    return stuck.eventLoop() && usual.compareTo(DRAIN_OF_A_LOST_LOOP) > 0
        ? DRAIN_OF_A_LOST_LOOP
        : usual;
  }
}
