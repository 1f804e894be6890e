package io.slipway.ops;

import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.ParsedHeaderValue;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// The route of the metrics. They come in the classic text format, unless the client prefers
/// OpenMetrics, which can contain exemplars, by name; and compressed with gzip where the client
/// takes that.
@Singleton
final class ScrapeFormat {
  private static final String PATH = "/metrics";
  private static final String GZIP = "gzip";

  /// Before Quarkus's own handler.
  private static final int ORDER = -50;

  private final CollectorRegistry registry;

  @Inject
  ScrapeFormat(CollectorRegistry registry) {
    this.registry = registry;
  }

  /// The registry that Micrometer fills; injected elsewhere, Quarkus provides another one.
  @Produces
  @Singleton
  static CollectorRegistry collectors() {
    return new CollectorRegistry(true);
  }

  void register(@Observes Router router) {
    router.get(PATH).order(ORDER).blockingHandler(this::answer, false);
  }

  private void answer(RoutingContext rc) {
    boolean open = prefersOpenMetrics(rc.parsedHeaders().accept());
    byte[] text = (open ? openMetrics() : classic()).getBytes(StandardCharsets.UTF_8);
    rc.response()
        .putHeader(
            HttpHeaders.CONTENT_TYPE,
            open ? TextFormat.CONTENT_TYPE_OPENMETRICS_100 : TextFormat.CONTENT_TYPE_004)
        .putHeader(HttpHeaders.VARY, "Accept, Accept-Encoding");
    if (takesGzip(rc.parsedHeaders().acceptEncoding())) {
      rc.response().putHeader(HttpHeaders.CONTENT_ENCODING, GZIP);
      text = zipped(text);
    }
    rc.response().end(Buffer.buffer(text));
  }

  /// @param accepted media types, the preferred first
  private static boolean prefersOpenMetrics(List<MIMEHeader> accepted) {
    for (MIMEHeader type : accepted) {
      String name = type.rawValue().strip();
      if (name.startsWith("application/openmetrics-text")) {
        return type.weight() > 0;
      }
      if (name.startsWith("text/") || name.startsWith("*")) {
        return false;
      }
    }
    return false;
  }

  private static boolean takesGzip(List<ParsedHeaderValue> accepted) {
    return accepted.stream()
        .anyMatch(coding -> coding.value().equalsIgnoreCase(GZIP) && coding.weight() > 0);
  }

  private static byte[] zipped(byte[] text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length / 8 + 64);
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /// The metrics, without the greatest value of each of our histograms in the last minutes, which
  /// Micrometer adds as a gauge. The buckets say as much, and over any time.
  private List<MetricFamilySamples> families() {
    return Collections.list(registry.metricFamilySamples()).stream()
        .filter(family -> !(family.name.startsWith("slipway_") && family.name.endsWith("_max")))
        .toList();
  }

  private String classic() {
    StringWriter text = new StringWriter();
    try {
      TextFormat.write004(text, Collections.enumeration(families()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return withoutLastCommas(text.toString());
  }

  /// Removes the comma after the last label of each sample, which the library writes. So both
  /// formats write a series in the same way.
  private static String withoutLastCommas(String text) {
    StringBuilder lines = new StringBuilder(text.length());
    text.lines()
        .forEach(
            line -> {
              // Only the value comes after the labels, so the last brace is theirs.
              int end = line.startsWith("#") ? -1 : line.lastIndexOf(",}");
              if (end > 0 && end + 1 == line.lastIndexOf('}')) {
                lines.append(line, 0, end).append(line, end + 1, line.length());
              } else {
                lines.append(line);
              }
              lines.append('\n');
            });
    return lines.toString();
  }

  private String openMetrics() {
    List<MetricFamilySamples> families =
        families().stream().map(ScrapeFormat::withoutTracedCounts).toList();
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
