package io.slipway.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// A metric with the version and build of the program.
@ApplicationScoped
class BuildInfo {
  private final String version;

  BuildInfo(@ConfigProperty(name = "quarkus.application.version") String version) {
    this.version = version;
  }

  void start(@Observes StartupEvent event, MeterRegistry meters) {
    Gauge.builder("slipway.build.info", () -> 1)
        .description("Always 1; the labels describe the build")
        .tag("version", version)
        .tag("java", Integer.toString(Runtime.version().feature()))
        .register(meters);
  }
}
