package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tracing on, to a collector that is not there.
class TracingIT {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  @TempDir Path temp;

  @Test
  void whatIsMeasuredOfAPredictionNamesItsTrace() throws Exception {
    Map<String, String> settings =
        Map.of(
            "SLIPWAY_SAMPLES_ENABLED", "false",
            "QUARKUS_OTEL_SDK_DISABLED", "false",
            "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
    try (Server server = Server.launch(temp.resolve("data"), settings)) {
      server.awaitReady();
      server.release("customer-churn", Bundles.SAMPLES.resolve("customer/v1"));
      HttpRequest predict =
          HttpRequest.newBuilder(server.uri("/models/customer-churn/predict"))
              .header("Content-Type", "application/json")
              .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
              .POST(BodyPublishers.ofString("{\"customer_id\":\"X\"}"))
              .build();
      assertThat(server.send(predict).statusCode()).isEqualTo(200);

      String metrics = metrics(server);
      for (String meter : new String[] {"duration", "phase_duration"}) {
        assertThat(metrics.lines())
            .as(meter)
            .anyMatch(
                line ->
                    line.startsWith("slipway_predict_" + meter + "_seconds_bucket{")
                        && line.contains("trace_id=\"" + TRACE + "\""));
      }
    }
  }

  private static String metrics(Server server) throws Exception {
    HttpRequest scrape =
        HttpRequest.newBuilder(server.uri("/metrics")).header("Accept", OPEN_METRICS).build();
    return new String(server.send(scrape).body(), StandardCharsets.UTF_8);
  }
}
