package io.slipway.ops;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.GoldenExample;
import io.slipway.bundle.InputSchema;
import io.slipway.security.Keyring;
import io.slipway.serving.Selector;
import io.slipway.serving.Servable;
import io.slipway.serving.ServingTable;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// What a person sees who has just started the process: the samples on their way, then where things
/// are and a request that works. Runs beside the start, never before it.
@Singleton
final class Welcome {
  private static final Logger LOG = Logger.getLogger(Welcome.class);

  private final SampleBundles samples;
  private final ServingTable table;
  private final Keyring ring;
  private final String host;
  private final int port;

  @Inject
  Welcome(
      SampleBundles samples,
      ServingTable table,
      Keyring ring,
      @ConfigProperty(name = "quarkus.http.host") String host,
      @ConfigProperty(name = "quarkus.http.port") int port) {
    this.samples = samples;
    this.table = table;
    this.ring = ring;
    this.host = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    this.port = port;
  }

  void onStart(@Observes StartupEvent event) {
    if (LaunchMode.current() != LaunchMode.TEST) {
      Thread.ofPlatform().daemon().name("slipway-welcome").start(this::greet);
    }
  }

  private void greet() {
    PrintStream out = System.out;
    try {
      samples.publish(out::println);
    } catch (RuntimeException e) {
      LOG.error("The samples were not published", e);
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

  /// A request that works now: the smallest golden example of the first model in production that
  /// takes records.
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
