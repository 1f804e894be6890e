package io.slipway.ops.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The metrics of one target.
final class WebhookMetrics {
  private final Counter delivered;
  private final Counter failed;
  private final Counter givenUp;
  private volatile @Nullable Instant oldest;

  WebhookMetrics(MeterRegistry meters, String webhook, InstantSource clock) {
    this.delivered = counter(meters, webhook, "delivered");
    this.failed = counter(meters, webhook, "failed");
    this.givenUp = counter(meters, webhook, "given_up");
    Gauge.builder("slipway.webhook.behind.seconds", () -> behind(clock))
        .description("Age of the oldest event not yet delivered")
        .tag("webhook", webhook)
        .register(meters);
  }

  private static Counter counter(MeterRegistry meters, String webhook, String outcome) {
    return Counter.builder("slipway.webhook.deliveries")
        .description("Delivery attempts by outcome")
        .tags("webhook", webhook, "outcome", outcome)
        .register(meters);
  }

  void delivered() {
    delivered.increment();
  }

  void failed() {
    failed.increment();
  }

  void givenUp() {
    givenUp.increment();
  }

  /// @param at the time of the oldest event not yet delivered; null where there is none
  void waiting(@Nullable Instant at) {
    oldest = at;
  }

  private double behind(InstantSource clock) {
    Instant at = oldest;
    return at == null ? 0 : Math.max(0, Duration.between(at, clock.instant()).toMillis() / 1_000.0);
  }
}
