package io.slipway.ops;

import io.slipway.serving.load.ServingState;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/// Started: what is to be served was asked once, and everything promoted was tried to load.
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
    return HealthCheckResponse.named("first pass over what is promoted")
        .status(serving.started())
        .build();
  }
}
