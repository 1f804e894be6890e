package io.slipway.ops.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.slipway.registry.Outbox;
import io.slipway.registry.RegistryEvents;
import io.slipway.registry.WebhookPositions;
import io.slipway.serving.replica.ThisReplica;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Starts and stops the deliveries to all configured targets. The process does not start where a
/// target is invalid; without targets nothing runs.
@Singleton
final class Webhooks {
  private static final Logger LOG = Logger.getLogger(Webhooks.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private final WebhooksConfig config;
  private final Outbox outbox;
  private final WebhookPositions positions;
  private final RegistryEvents events;
  private final ThisReplica self;
  private final InstantSource clock;
  private final List<Sender> senders = new ArrayList<>();
  private final List<Delivery> deliveries = new ArrayList<>();
  private RegistryEvents.@Nullable Subscription subscription;

  @Inject
  Webhooks(
      WebhooksConfig config,
      Outbox outbox,
      WebhookPositions positions,
      RegistryEvents events,
      ThisReplica self,
      InstantSource clock) {
    this.config = config;
    this.outbox = outbox;
    this.positions = positions;
    this.events = events;
    this.self = self;
    this.clock = clock;
  }

  void start(
      @Observes StartupEvent event,
      Vertx vertx,
      MeterRegistry meters,
      TlsConfigurationRegistry certificates) {
    if (config.targets().isEmpty()) {
      return;
    }
    Settings settings = Settings.of(config);
    TlsConfiguration tls = config.tls().map(name -> tls(name, certificates)).orElse(null);
    for (Target target : settings.targets()) {
      Sender sender =
          new Sender(
              vertx,
              target,
              settings.addresses(),
              Resolver.SYSTEM,
              clock,
              settings.retry().timeout(),
              tls);
      senders.add(sender);
      deliveries.add(
          new Delivery(
              target,
              sender,
              outbox,
              positions,
              new WebhookMetrics(meters, target.name(), clock),
              settings.retry(),
              clock,
              self.id()));
    }
    subscription = events.subscribe(news -> deliveries.forEach(each -> each.heard(news)));
    deliveries.forEach(Delivery::start);
    LOG.infof("Webhooks: %s", settings.targets());
    for (Target target : settings.targets()) {
      if (!target.kinds().unknown().isEmpty()) {
        LOG.warnf(
            "%s waits for %s, of which this release writes no event",
            target, String.join(", ", target.kinds().unknown()));
      }
    }
  }

  /// @throws UnusableTarget where there is no such configuration, or it trusts all certificates
  static TlsConfiguration tls(String name, TlsConfigurationRegistry certificates) {
    TlsConfiguration tls =
        certificates
            .get(name)
            .orElseThrow(
                () ->
                    new UnusableTarget(
                        "slipway.webhooks.tls: there is no TLS configuration '"
                            + name
                            + "'; set quarkus.tls."
                            + name
                            + ".trust-store.pem.certs to the authority's certificate"));
    if (tls.isTrustAll()) {
      throw new UnusableTarget(
          "slipway.webhooks.tls: '"
              + name
              + "' trusts all certificates, so anyone on the way could read events; set the"
              + " authority in quarkus.tls."
              + name
              + ".trust-store.pem.certs");
    }
    return tls;
  }

  /// Lets the current tries end; those that do not end in time are repeated by the next process.
  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    if (subscription != null) {
      subscription.close();
    }
    deliveries.forEach(Delivery::stop);
    long end = System.nanoTime() + TIMEOUT.toNanos();
    for (Delivery delivery : deliveries) {
      delivery.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
    senders.forEach(Sender::close);
  }
}
