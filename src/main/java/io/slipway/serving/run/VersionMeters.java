package io.slipway.serving.run;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.slipway.bundle.Field;
import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Violation;
import io.slipway.pipeline.object.Row;
import io.slipway.serving.OutputFault;
import io.slipway.serving.Unserved;
import io.slipway.serving.VersionId;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// The meters of one version, looked up once, so that calls need no look-up.
public final class VersionMeters {
  /// The label for all fields that the schema does not declare.
  private static final String OTHER = "_other";

  /// The buckets documented in `metrics.md`, in seconds.
  private static final double[] SECONDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5
  };

  /// Few, as each costs a series for each phase of each version.
  private static final double[] PHASE_SECONDS = {0.005, 0.1};

  private final MeterRegistry registry;
  private final VersionId label;
  private final Tags tags;
  private final Set<String> fields;
  private final Set<Meter> meters = ConcurrentHashMap.newKeySet();
  private final Map<String, RequestCounters> requests = new ConcurrentHashMap<>();
  private final Map<BrokenRule, Counter> violations = new ConcurrentHashMap<>();

  /// One of each [OutputFault], by its ordinal.
  private final Counter[] faults;
  private final Timer duration;
  private final Timer queue;
  private final Timer decode;
  private final Timer preprocess;
  private final Timer inference;
  private final Timer postprocess;
  private final Timer encode;
  private final DistributionSummary batch;
  private final Counter stuck;

  /// A rule of the input schema that objects have broken, as the metrics label it.
  private record BrokenRule(String field, String code) {}

  /// @param label what the meters are labelled with: the version, or what stands for the rest
  VersionMeters(MeterRegistry registry, VersionId label, Tags tags, InputSchema input) {
    this.registry = registry;
    this.label = label;
    this.tags = tags;
    this.fields =
        input instanceof InputSchema.Record record
            ? record.fields().stream().map(Field::name).collect(Collectors.toUnmodifiableSet())
            : Set.of();
    duration =
        kept(
            timer("slipway.predict.duration", tags, SECONDS)
                .description("Time from the arrival of the request to the written answer")
                .register(registry));
    queue = phase("queue");
    decode = phase("decode");
    preprocess = phase("preprocess");
    inference = phase("inference");
    postprocess = phase("postprocess");
    encode = phase("encode");
    batch =
        kept(
            DistributionSummary.builder("slipway.predict.batch.size")
                .description("Objects per call")
                .tags(tags)
                .serviceLevelObjectives(1, 8, 64, 512)
                .register(registry));
    stuck =
        kept(
            Counter.builder("slipway.predict.stuck.runs")
                .description("Runs that did not end")
                .tags(tags)
                .register(registry));
    // Alerts read these, so they count from 0 on: a series that is born at 1 has not increased.
    faults =
        Arrays.stream(OutputFault.values())
            .map(
                fault ->
                    kept(
                        Counter.builder("slipway.output.invalid")
                            .description("Invalid outputs of models")
                            .tags(tags.and("kind", fault.label()))
                            .register(registry)))
            .toArray(Counter[]::new);
  }

  VersionId label() {
    return label;
  }

  static Timer.Builder timer(String name, Tags tags, double[] bounds) {
    return Timer.builder(name)
        .tags(tags)
        .serviceLevelObjectives(
            Arrays.stream(bounds)
                .mapToObj(seconds -> Duration.ofNanos(Math.round(seconds * 1e9)))
                .toArray(Duration[]::new));
  }

  private Timer phase(String phase) {
    return kept(
        timer("slipway.predict.phase.duration", tags.and("phase", phase), PHASE_SECONDS)
            .description("Time of a call by phase")
            .register(registry));
  }

  private <M extends Meter> M kept(M meter) {
    meters.add(meter);
    return meter;
  }

  /// The counters for requests by `stage`, which is `none` for a version number or an alias.
  public RequestCounters requests(String stage) {
    return requests.computeIfAbsent(
        stage,
        _ -> new RequestCounters(end -> kept(ServingMetrics.requests(registry, tags, stage, end))));
  }

  /// Records a call that was answered with predictions.
  void served(Outcome.Answered call) {
    Timings timings = call.timings();
    duration.record(call.total(), TimeUnit.NANOSECONDS);
    queue.record(timings.queue(), TimeUnit.NANOSECONDS);
    decode.record(timings.decode(), TimeUnit.NANOSECONDS);
    preprocess.record(timings.preprocess(), TimeUnit.NANOSECONDS);
    inference.record(timings.inference(), TimeUnit.NANOSECONDS);
    postprocess.record(timings.postprocess(), TimeUnit.NANOSECONDS);
    encode.record(call.encode(), TimeUnit.NANOSECONDS);
    batch.record(call.scored().size());
    rows(call);
  }

  /// Counts the reasons why a call was refused.
  void refused(Outcome.Refused call) {
    if (call.rows().isEmpty()) {
      refused(call.why());
    } else {
      rows(call);
    }
    if (call.scored().isEmpty()) {
      broken(call.why());
    }
  }

  private void rows(Outcome call) {
    for (Row row : call.rows()) {
      if (row instanceof Row.Refused(RefusedInput refusal)) {
        refused(refusal);
      }
    }
    for (Scored row : call.scored()) {
      if (row instanceof Scored.Broken(Unserved.ModelFailed why)) {
        broken(why);
      }
    }
  }

  /// Counts the violations in a refused object or batch.
  private void refused(RuntimeException why) {
    if (why instanceof RefusedInput.Invalid invalid) {
      violated(invalid.violations());
    }
  }

  private void broken(RuntimeException why) {
    if (why instanceof Unserved.ModelFailed failed && failed.fault() != null) {
      faults[failed.fault().ordinal()].increment();
    }
  }

  private void violated(List<Violation> broken) {
    for (Violation violation : broken) {
      violations(new BrokenRule(field(violation.pointer()), violation.code())).increment();
    }
  }

  /// The counter of `rule`. It appears with the first violation: a schema may have hundreds of
  /// rules, and no alert reads them.
  private Counter violations(BrokenRule rule) {
    return violations.computeIfAbsent(
        rule,
        _ ->
            kept(
                Counter.builder("slipway.input.violations")
                    .description("Violations of input schemas")
                    .tags(tags.and("field", rule.field(), "rule", rule.code()))
                    .register(registry)));
  }

  /// The field of the schema that `pointer` refers to, without the index in a batch.
  private String field(String pointer) {
    for (String token : pointer.split("/", 4)) {
      String name = token.replace("~1", "/").replace("~0", "~");
      if (fields.contains(name)) {
        return name;
      }
    }
    return OTHER;
  }

  /// Counts a run that does not end.
  void stuck() {
    stuck.increment();
  }

  /// Takes the version's meters out of the scrape.
  void remove() {
    meters.forEach(registry::remove);
    meters.clear();
  }
}
