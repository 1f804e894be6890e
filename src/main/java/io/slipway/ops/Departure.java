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

/// The way out of the process: readiness goes down, no model is opened any more, and only then the
/// process waits for the requests that are on, and ends. The order matters: a model that is being
/// opened while the JVM's shutdown hooks run crashes the process, so the signals are taken before
/// the JVM takes them. (Quarkus has a graceful stop of its own; as seen in 3.30, its part for
/// Jackson never says that it is done, so that every stop takes the whole timeout.)
///
/// It is taken by itself where too many threads are lost to runs that do not end: with a status of
/// its own, by which whoever runs the process knows to start it again.
@Singleton
final class Departure {
  private static final Logger LOG = Logger.getLogger(Departure.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration GLANCE = Duration.ofMillis(20);

  /// EX_TEMPFAIL of sysexits.h: it is worth trying again.
  private static final int START_AGAIN = 75;

  /// The longest wait for requests where an event loop is lost: those that it holds never end.
  private static final Duration DRAIN_OF_A_LOST_LOOP = Duration.ofSeconds(5);

  /// How long the application may take to stop where threads that it waits for may be lost.
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
    // Tests and dev mode stop the application and go on with the process.
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

  /// Takes the signal `name` from the JVM. By reflection, as the compiler warns of these classes
  /// whoever names them, though every JDK has them (module `jdk.unsupported`).
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
      LOG.debugf(e, "the JVM keeps the signal %s for itself", name);
    }
  }

  private void depart(int status) {
    if (!departing.compareAndSet(false, true)) {
      return;
    }
    LOG.info("shutting down: not ready any more, finishing what is on");
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
      LOG.warnf("%d requests are cut off", inFlight.requests());
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
