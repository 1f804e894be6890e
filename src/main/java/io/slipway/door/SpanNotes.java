package io.slipway.door;

import io.opentelemetry.api.trace.Span;
import io.slipway.serving.VersionId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Adds the chosen version to the request's trace span, where tracing is on.
@Singleton
public final class SpanNotes {
  private final boolean off;

  @Inject
  SpanNotes(
      @ConfigProperty(name = "quarkus.otel.sdk.disabled", defaultValue = "true") boolean off) {
    this.off = off;
  }

  /// Adds the version's attributes; on the request's event loop.
  public void note(VersionId version) {
    if (!off) {
      Span.current()
          .setAttribute("slipway.model", version.model())
          .setAttribute("slipway.version", version.number());
    }
  }
}
