package io.slipway.console;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.quarkus.runtime.StartupEvent;
import io.slipway.serving.VersionId;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/// Samples the serving metrics every few seconds into [Trends]. Predictions are not delayed.
@Singleton
final class Sampler {
  private static final Set<String> REFUSED = Set.of("invalid_input", "malformed", "too_large");
  private static final List<String> PHASES = Arrays.asList(Tick.PHASES);

  private final MeterRegistry meters;
  private final Trends trends;
  private final Duration every;

  @Inject
  Sampler(
      MeterRegistry meters,
      Trends trends,
      @ConfigProperty(name = "slipway.console.sample-every", defaultValue = "10s") Duration every) {
    this.meters = meters;
    this.trends = trends;
    this.every = every;
  }

  void start(@Observes StartupEvent event, Vertx vertx) {
    vertx.setPeriodic(
        every.toMillis(),
        _ ->
            vertx.executeBlocking(
                () -> {
                  trends.add(totals());
                  return null;
                },
                false));
  }

  Duration every() {
    return every;
  }

  /// The current counters of every version.
  Map<VersionId, Tick> totals() {
    Map<VersionId, Tick> totals = new HashMap<>();
    for (Counter counter : meters.find("slipway.predict.requests").counters()) {
      if (counter.count() > 0) {
        add(totals, counter, requests(counter));
      }
    }
    for (Timer timer : meters.find("slipway.predict.duration").timers()) {
      if (timer.count() > 0) {
        add(totals, timer, duration(timer));
      }
    }
    for (Timer timer : meters.find("slipway.predict.phase.duration").timers()) {
      if (timer.count() > 0) {
        add(totals, timer, phase(timer));
      }
    }
    return totals;
  }

  private static void add(Map<VersionId, Tick> totals, Meter meter, Tick part) {
    VersionId version = version(meter.getId());
    if (version != null) {
      totals.merge(version, part, Tick::plus);
    }
  }

  /// The version that a meter is tagged with; null for the meter that sums up all others.
  private static @Nullable VersionId version(Meter.Id id) {
    String model = id.getTag("model");
    String number = id.getTag("version");
    if (model == null || number == null) {
      return null;
    }
    return number.chars().allMatch(c -> c >= '0' && c <= '9')
        ? new VersionId(model, Integer.parseInt(number))
        : new VersionId(model, 0);
  }

  private static Tick requests(Counter counter) {
    long count = (long) counter.count();
    String outcome = String.valueOf(counter.getId().getTag("outcome"));
    boolean ok = outcome.equals("ok");
    boolean refused = REFUSED.contains(outcome);
    return new Tick(
        ok ? count : 0,
        refused ? count : 0,
        ok || refused ? 0 : count,
        Tick.NOTHING.buckets(),
        Tick.NOTHING.phases());
  }

  private static Tick duration(Timer timer) {
    long[] buckets = new long[Tick.BOUNDS.length + 1];
    long below = 0;
    int i = 0;
    for (CountAtBucket bound : timer.takeSnapshot().histogramCounts()) {
      if (i < Tick.BOUNDS.length && Double.isFinite(bound.bucket(TimeUnit.SECONDS))) {
        long upTo = (long) bound.count();
        buckets[i++] = upTo - below;
        below = upTo;
      }
    }
    buckets[Tick.BOUNDS.length] = Math.max(0, timer.count() - below);
    return new Tick(0, 0, 0, buckets, Tick.NOTHING.phases());
  }

  private static Tick phase(Timer timer) {
    double[] phases = new double[Tick.PHASES.length];
    int phase = PHASES.indexOf(timer.getId().getTag("phase"));
    if (phase >= 0) {
      phases[phase] = timer.totalTime(TimeUnit.SECONDS);
    }
    return new Tick(0, 0, 0, Tick.NOTHING.buckets(), phases);
  }
}
