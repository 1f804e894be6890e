package io.slipway.ops;

import io.slipway.serving.load.ServingState;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/// Startup: the desired state was read, and every version in production was tried to load.
@Startup
@Singleton
final class StartedCheck implements HealthCheck {
  private final ServingState serving;

  @Inject
  StartedCheck(ServingState serving) {
    this.serving = serving;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("every version in production was tried")
        .status(serving.started())
        .build();
  }
}
