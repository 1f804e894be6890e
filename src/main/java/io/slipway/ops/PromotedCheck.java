package io.slipway.ops;

import io.slipway.serving.load.ServingState;
import io.smallrye.health.api.HealthGroup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/// Whether the version of every stage is loaded, at `/q/health/group/promoted`. It is for people
/// and alerts: a replica that lacks a version of `staging` still takes traffic.
@HealthGroup("promoted")
@Singleton
final class PromotedCheck implements HealthCheck {
  private final ServingState serving;

  @Inject
  PromotedCheck(ServingState serving) {
    this.serving = serving;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer =
        HealthCheckResponse.named("every promoted version is loaded")
            .status(serving.started() && serving.absent().isEmpty());
    serving.absent().forEach((version, why) -> answer.withData(version.toString(), why));
    return answer.build();
  }
}
