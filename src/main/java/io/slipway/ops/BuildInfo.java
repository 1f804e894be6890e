package io.slipway.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Tells the scrape which build runs.
@ApplicationScoped
class BuildInfo {
  private final String version;

  BuildInfo(@ConfigProperty(name = "quarkus.application.version") String version) {
    this.version = version;
  }

  void start(@Observes StartupEvent event, MeterRegistry meters) {
    Gauge.builder("slipway.build.info", () -> 1)
        .description("1; the build is in the labels")
        .tag("version", version)
        .tag("java", Integer.toString(Runtime.version().feature()))
        .register(meters);
  }
}
