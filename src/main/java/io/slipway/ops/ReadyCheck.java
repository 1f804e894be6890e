package io.slipway.ops;

import io.slipway.serving.load.ServingState;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/// Ready: every promoted version is loaded, and the process is not on its way out. A registry that
/// does not answer is told and does not count, as what is loaded goes on being served; nor does a
/// version in quarantine, or it would take all others down with it.
@Readiness
@Singleton
final class ReadyCheck implements HealthCheck {
  private final ServingState serving;

  @Inject
  ReadyCheck(ServingState serving) {
    this.serving = serving;
  }

  @Override
  public HealthCheckResponse call() {
    Map<String, String> missing = serving.missing();
    HealthCheckResponseBuilder answer =
        HealthCheckResponse.named("serving what is promoted")
            .status(serving.started() && missing.isEmpty() && !serving.stopping());
    missing.forEach(answer::withData);
    serving.quarantined().forEach(answer::withData);
    if (serving.stopping()) {
      answer.withData("process", "is shutting down");
    }
    String trouble = serving.registryTrouble();
    if (trouble != null) {
      answer.withData("registry", "does not answer: " + trouble);
    }
    return answer.build();
  }
}
