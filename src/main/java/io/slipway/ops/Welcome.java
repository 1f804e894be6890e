package io.slipway.ops;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.GoldenExample;
import io.slipway.bundle.InputSchema;
import io.slipway.security.Keyring;
import io.slipway.serving.Selector;
import io.slipway.serving.load.ServingState;
import io.slipway.serving.run.Servable;
import io.slipway.serving.traffic.ServingTable;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// The welcome text on the terminal of a newly started process: the progress of the samples, then
/// the URLs and an example request. It is written once the process listens, and delays nothing.
@Singleton
final class Welcome {
  private static final Logger LOG = Logger.getLogger(Welcome.class);

  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration GLANCE = Duration.ofMillis(20);

  private final SampleBundles samples;
  private final ServingState serving;
  private final ServingTable table;
  private final Keyring ring;
  private final String host;
  private final int port;
  private final AtomicBoolean greeted = new AtomicBoolean();

  @Inject
  Welcome(
      SampleBundles samples,
      ServingState serving,
      ServingTable table,
      Keyring ring,
      @ConfigProperty(name = "quarkus.http.host") String host,
      @ConfigProperty(name = "quarkus.http.port") int port) {
    this.samples = samples;
    this.serving = serving;
    this.table = table;
    this.ring = ring;
    this.host = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    this.port = port;
  }

  void http(@ObservesAsync HttpServerStart event) {
    listens();
  }

  void https(@ObservesAsync HttpsServerStart event) {
    listens();
  }

  /// Runs once: a process may listen with and without TLS.
  private void listens() {
    if (LaunchMode.current() != LaunchMode.TEST && greeted.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("slipway-welcome").start(this::greet);
    }
  }

  private void greet() {
    PrintStream out = System.out;
    // Waits until promoted versions are loaded.
    awaitServing();
    if (serving.stopping()) {
      return;
    }
    try {
      samples.publish(out::println);
    } catch (RuntimeException e) {
      if (!serving.stopping()) {
        LOG.error("The samples were not published", e);
      }
    }
    if (serving.stopping()) {
      return;
    }
    String url = "http://" + host + ":" + port;
    out.println();
    out.println("Slipway is up: " + url);
    out.println("  console     " + url + "/console");
    out.println("  API         " + url + "/q/swagger-ui");
    out.println("  models      " + url + "/models        (what is served)");
    out.println("  registry    " + url + "/api/v1/models");
    out.println("  metrics     " + url + "/metrics");
    out.println("  health      " + url + "/q/health/ready");
    request(url).ifPresent(line -> out.println("\nTry:\n  " + line));
    out.println();
  }

  /// Waits until promoted versions are loaded, so that the example request works; but only briefly
  /// where the registry does not answer.
  private void awaitServing() {
    long end = System.nanoTime() + TIMEOUT.toNanos();
    try {
      while (!serving.started() && !serving.stopping() && System.nanoTime() < end) {
        Thread.sleep(GLANCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// An example request that works now: the smallest golden example of the first model in
  /// production that takes records.
  private Optional<String> request(String url) {
    String key = ring.open() ? "" : " -H \"Authorization: Bearer $SLIPWAY_TOKEN\"";
    return table.models().stream()
        .sorted()
        .map(model -> table.peek(model, new Selector.Stage("production")))
        .filter(servable -> servable != null && takesRecords(servable.bundle()))
        .findFirst()
        .flatMap(servable -> request(url, key, servable));
  }

  private static boolean takesRecords(Bundle bundle) {
    return bundle.manifest().input() instanceof InputSchema.Record;
  }

  private static Optional<String> request(String url, String key, Servable servable) {
    List<GoldenExample> examples = servable.bundle().examples();
    return examples.stream()
        .min(Comparator.comparingInt(example -> example.object().toString().length()))
        .map(
            example ->
                "curl -s "
                    + url
                    + "/models/"
                    + servable.id().model()
                    + "/predict"
                    + key
                    + " -H 'Content-Type: application/json' -d '"
                    + example.object().toString().replace("'", "'\\''")
                    + "'");
  }
}
