package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tracing on, to a collector that is not there. Needs a Prometheus (Debian: `prometheus`); a
/// machine without one leaves that part out, unless it is CI's.
class TracingIT {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";
  private static final String PLAIN = "text/plain; version=0.0.4; charset=utf-8";

  @TempDir static Path temp;
  private static Server server;

  @BeforeAll
  static void predictOnce() throws Exception {
    Map<String, String> settings =
        Map.of(
            "SLIPWAY_SAMPLES_ENABLED", "false",
            "QUARKUS_OTEL_SDK_DISABLED", "false",
            "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
    server = Server.launch(temp.resolve("data"), settings);
    server.awaitReady();
    server.release("customer-churn", Bundles.SAMPLES.resolve("customer/v1"));
    HttpRequest predict =
        HttpRequest.newBuilder(server.uri("/models/customer-churn/predict"))
            .header("Content-Type", "application/json")
            .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
            .POST(BodyPublishers.ofString("{\"customer_id\":\"X\"}"))
            .build();
    assertThat(server.send(predict).statusCode()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void whatIsMeasuredOfAPredictionNamesItsTrace() throws Exception {
    namesItsTrace(text(scrape(OPEN_METRICS)));
  }

  private static void namesItsTrace(String metrics) {
    for (String meter : List.of("duration", "phase_duration")) {
      assertThat(metrics.lines())
          .as(meter)
          .anyMatch(
              line ->
                  line.startsWith("slipway_predict_" + meter + "_seconds_bucket{")
                      && line.contains("trace_id=\"" + TRACE + "\""));
    }
    // No older Prometheus takes a scrape that has a trace there.
    assertThat(metrics.lines())
        .noneMatch(line -> line.contains("_count{") && line.contains("trace_id"));
  }

  @Test
  void whoeverScrapesGetsTheFormatThatHeLikesBest() throws Exception {
    // Prometheus 2.42, 3.7, two that are told to prefer plain text, a browser, and curl.
    String open = "application/openmetrics-text;version=1.0.0";
    Map<String, String> formats =
        Map.of(
            open
                + ",application/openmetrics-text;version=0.0.1;q=0.75,"
                + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            OPEN_METRICS,
            open
                + ";escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,"
                + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
            OPEN_METRICS,
            "text/plain;version=0.0.4;q=0.6," + open + ";q=0.5,*/*;q=0.4",
            PLAIN,
            open + ";q=0.2, text/plain;version=0.0.4",
            PLAIN,
            "*/*",
            PLAIN,
            "text/html,application/xhtml+xml,*/*;q=0.8",
            PLAIN);
    for (Map.Entry<String, String> format : formats.entrySet()) {
      assertThat(scrape(format.getKey()).headers().firstValue("Content-Type"))
          .as(format.getKey())
          .contains(format.getValue());
    }
  }

  @Test
  void aPrometheusTakesEverythingAndTheTraceWithIt() throws Exception {
    assumeTrue(System.getenv("CI") != null || Prometheus.isHere(), "there is no Prometheus");
    Set<String> plain = names(text(scrape(PLAIN)));
    String target = "127.0.0.1:" + server.uri("/").getPort();
    try (Prometheus prometheus = Prometheus.start(temp.resolve("prometheus"), target)) {
      String query = "slipway_predict_duration_seconds_bucket{model=\"customer-churn\"}";
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> prometheus.ask("query_exemplars", query).toString().contains(TRACE));

      assertThat(prometheus.ask("targets", "").at("/activeTargets/0/lastError").asText()).isEmpty();
      Set<String> taken = new TreeSet<>();
      for (JsonNode name : prometheus.ask("label/__name__/values", "")) {
        taken.add(name.asText());
      }
      assertThat(taken).containsAll(plain);
    }
  }

  /// The names of the series of a scrape.
  private static Set<String> names(String plain) {
    Set<String> names = new TreeSet<>();
    plain
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> names.add(line.split("[{ ]", 2)[0]));
    return names;
  }

  private static HttpResponse<byte[]> scrape(String accept) throws Exception {
    return server.send(
        HttpRequest.newBuilder(server.uri("/metrics")).header("Accept", accept).build());
  }

  private static String text(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
