package io.slipway.ops;

import io.prometheus.client.exemplars.ExemplarSampler;
import io.quarkus.micrometer.runtime.export.exemplars.OpentelemetryExemplarSamplerProvider;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Exemplars: the trace ids attached to measurements, where tracing is on. Where it is off, this
/// bean saves Quarkus's look-up of the current trace, a dozen times per request.
@Singleton
final class Exemplars {
  @Produces
  @Alternative
  @Priority(1)
  Optional<ExemplarSampler> sampler(
      @ConfigProperty(name = "quarkus.otel.sdk.disabled", defaultValue = "true") boolean off) {
    return off ? Optional.empty() : new OpentelemetryExemplarSamplerProvider().exemplarSampler();
  }
}
