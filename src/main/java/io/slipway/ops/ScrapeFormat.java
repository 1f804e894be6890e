package io.slipway.ops;

import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The route that answers Prometheus in the OpenMetrics format, which can contain exemplars, where
/// tracing is on. Quarkus would answer in plain text to every client that accepts it, even as its
/// last choice, as Prometheus does.
@Singleton
final class ScrapeFormat {
  private static final String PATH = "/metrics";

  /// Before Quarkus's own handler.
  private static final int ORDER = -50;

  private final CollectorRegistry registry;
  private final boolean tracing;

  @Inject
  ScrapeFormat(
      CollectorRegistry registry,
      @ConfigProperty(name = "quarkus.otel.sdk.disabled", defaultValue = "true") boolean off) {
    this.registry = registry;
    this.tracing = !off;
  }

  /// The registry that Micrometer fills; injected elsewhere, Quarkus provides another one.
  @Produces
  @Singleton
  static CollectorRegistry collectors() {
    return new CollectorRegistry(true);
  }

  void register(@Observes Router router) {
    if (tracing) {
      router.get(PATH).order(ORDER).blockingHandler(this::answer, false);
    }
  }

  private void answer(RoutingContext rc) {
    if (prefersPlainText(rc.parsedHeaders().accept())) {
      rc.next();
    } else {
      rc.response()
          .putHeader(HttpHeaders.CONTENT_TYPE, TextFormat.CONTENT_TYPE_OPENMETRICS_100)
          .end(text());
    }
  }

  /// @param accepted media types, the preferred first
  private static boolean prefersPlainText(List<MIMEHeader> accepted) {
    for (MIMEHeader type : accepted) {
      if (type.rawValue().startsWith("application/openmetrics-text")) {
        return false;
      }
      if (type.rawValue().startsWith("text/")) {
        return true;
      }
    }
    return false;
  }

  private String text() {
    List<MetricFamilySamples> families =
        Collections.list(registry.metricFamilySamples()).stream()
            .map(ScrapeFormat::withoutTracedCounts)
            .toList();
    StringWriter text = new StringWriter();
    try {
      TextFormat.writeOpenMetrics100(text, Collections.enumeration(families));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /// Removes exemplars from `_count`, where OpenMetrics does not allow them but Micrometer adds
  /// them: Prometheus before 2.43 rejects a scrape that contains one.
  private static MetricFamilySamples withoutTracedCounts(MetricFamilySamples family) {
    return new MetricFamilySamples(
        family.name,
        family.unit,
        family.type,
        family.help,
        family.samples.stream()
            .map(sample -> sample.name.endsWith("_count") ? untraced(sample) : sample)
            .toList());
  }

  private static Sample untraced(Sample sample) {
    return new Sample(
        sample.name, sample.labelNames, sample.labelValues, sample.value, sample.timestampMs);
  }
}
