package io.slipway.ops.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// What is seen of one target.
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
        .description("The age of the oldest event that the target has not had")
        .tag("webhook", webhook)
        .register(meters);
  }

  private static Counter counter(MeterRegistry meters, String webhook, String outcome) {
    return Counter.builder("slipway.webhook.deliveries")
        .description("Tries to deliver an event by how they ended")
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

  /// @param at of the oldest event that the target should have had; null where it has had all
  void waiting(@Nullable Instant at) {
    oldest = at;
  }

  private double behind(InstantSource clock) {
    Instant at = oldest;
    return at == null ? 0 : Math.max(0, Duration.between(at, clock.instant()).toMillis() / 1_000.0);
  }
}
