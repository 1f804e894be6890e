package io.slipway.ops;

import io.slipway.serving.run.StuckRuns;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Readiness: no more threads are lost to endless runs than the process can spare. Beyond that the
/// process is about to exit.
@Readiness
@Singleton
final class StuckCheck implements HealthCheck {
  private final StuckRuns stuck;

  @Inject
  StuckCheck(StuckRuns stuck) {
    this.stuck = stuck;
  }

  @Override
  public HealthCheckResponse call() {
    String lost =
        stuck.eventLoop()
            ? "an event loop, which cannot be replaced"
            : stuck.lost() + " of at most " + stuck.most();
    return HealthCheckResponse.named("runs of models end")
        .status(!stuck.tooMany())
        .withData("lost threads", lost)
        .build();
  }
}
