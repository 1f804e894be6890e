package io.slipway.ops;

import io.slipway.serving.load.ServingState;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/// Readiness: every version in production is loaded, and the process is not shutting down. An
/// unreachable registry is reported but does not count, as loaded versions are still served. Nor
/// does a version in quarantine, or one of another stage ([PromotedCheck]), which would otherwise
/// take all others out of service.
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
        HealthCheckResponse.named("every version in production is loaded").status(serving.ready());
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
