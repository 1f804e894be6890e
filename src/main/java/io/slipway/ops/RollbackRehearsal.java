package io.slipway.ops;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import io.slipway.registry.Registry;
import io.slipway.serving.load.ServingState;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/// Rehearses a rollback in the background, once every version in production was tried.
@Singleton
final class RollbackRehearsal {
  private static final Logger LOG = Logger.getLogger(RollbackRehearsal.class);
  private static final Duration AT_MOST = Duration.ofSeconds(20);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final Registry registry;
  private final ServingState serving;
  private final int rounds;

  @Inject
  RollbackRehearsal(Registry registry, ServingState serving, OpsConfig config) {
    this.registry = registry;
    this.serving = serving;
    this.rounds = config.rehearsals();
  }

  void onStart(@Observes StartupEvent event) {
    if (rounds > 0 && LaunchMode.current() != LaunchMode.TEST) {
      Thread.ofPlatform().daemon().name("slipway-rehearsal").start(this::rehearse);
    }
  }

  private void rehearse() {
    try {
      while (!serving.started()) {
        Thread.sleep(LOOK_EVERY);
      }
      long begun = System.nanoTime();
      Duration first = registry.rehearse();
      Duration last = first;
      int done = 1;
      while (done < rounds
          && !serving.stopping()
          && System.nanoTime() - begun < AT_MOST.toNanos()) {
        last = registry.rehearse();
        done++;
      }
      LOG.infof(
          "a rollback was rehearsed %d times: %d ms at first, %d ms at last",
          done, first.toMillis(), last.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!serving.stopping()) {
        LOG.warn("a rollback could not be rehearsed; the first one may take longer", e);
      }
    }
  }
}
