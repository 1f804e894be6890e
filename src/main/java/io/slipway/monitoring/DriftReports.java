package io.slipway.monitoring;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.pipeline.profile.Baseline;
import io.slipway.registry.Model;
import io.slipway.registry.Monitoring;
import io.slipway.registry.Refusal;
import io.slipway.registry.Registry;
import io.slipway.registry.Stage;
import io.slipway.registry.VersionKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compares the live objects of a version with its baseline, over any range of time. Every method
/// blocks on the database.
@ApplicationScoped
public class DriftReports {
  /// The longest range, which bounds the counts that one report reads.
  private static final Duration LONGEST = Duration.ofDays(92);

  private final Registry registry;
  private final Monitoring store;
  private final MonitoringConfig config;
  private final DriftLimits limits;
  private final DriftJudge judge;
  private final Windows windows;
  private final InstantSource clock;

  DriftReports(Registry registry, Monitoring store, MonitoringConfig config, InstantSource clock) {
    this.registry = registry;
    this.store = store;
    this.config = config;
    this.limits = DriftLimits.of(config);
    this.judge = new DriftJudge(limits);
    this.windows = new Windows(config.window());
    this.clock = clock;
  }

  /// A report as JSON, in the form that `docs/reference/registry-api.md` describes.
  ///
  /// @param number of the version; null for the one in production, else the newest
  /// @param from null for the length of a window before `to`
  /// @param to null for the end of the last closed window, or for now where that is empty
  /// @throws Refusal.NotFound if there is no such model or version
  /// @throws Refusal.Malformed if the range is empty or too long
  public ObjectNode drift(
      String model, @Nullable Integer number, @Nullable Instant from, @Nullable Instant to) {
    int version = number == null ? watched(registry.find(model)) : number;
    Monitoring.Stored stored = store.baseline(model, version);
    Instant now = clock.instant();
    Instant end = to == null ? windows.lastEnd(now) : to;
    Instant begin = from == null ? windows.begin(end) : from;
    if (!begin.isBefore(end) || Duration.between(begin, end).compareTo(LONGEST) > 0) {
      throw new Refusal.Malformed("from is before to, by at most " + LONGEST.toDays() + " days");
    }
    if (stored.document() == null) {
      return DriftReport.unwatched(model, version, begin, end);
    }
    Baseline baseline = Baseline.of(stored.document());
    WindowCounts counts = counts(stored.version(), baseline, begin, end);
    boolean open = false;
    if (from == null && to == null && counts.rows(counts.main()) == 0) {
      WindowCounts newer = counts(stored.version(), baseline, end, now);
      if (newer.rows(newer.main()) > 0) {
        begin = end;
        end = now;
        counts = newer;
        open = true;
      }
    }
    Stratum stratum = counts.main();
    Monitoring.Window last = store.last(stored.version(), end);
    boolean judged = last != null && last.endedAt().equals(end) && windows.begin(end).equals(begin);
    DriftMemory memory = last == null ? DriftMemory.NONE : DriftMemory.of(last.document());
    List<DriftJudge.Judged> found;
    DriftState state;
    if (judged) {
      stratum = memory.stratum();
      found = judge.again(baseline, counts.of(stratum), memory);
      state = memory.state();
    } else {
      found =
          judge.judge(baseline, stratum, counts.of(stratum), memory.withoutAlarms()).properties();
      state = DriftJudge.overall(found);
    }
    List<Instant> lost = store.lost(begin, end, now.minus(config.flush().multipliedBy(6)));
    return new DriftReport(
            model, version, baseline, begin, end, open, stratum, counts, state, found, limits, lost)
        .toJson();
  }

  private WindowCounts counts(long version, Baseline baseline, Instant after, Instant until) {
    return WindowCounts.of(baseline, store.counts(version, after, until));
  }

  /// The version that callers get who name none; without one, the newest.
  private static int watched(Model model) {
    return model.stages().stream()
        .filter(stage -> stage.name().equals(Stage.PRODUCTION) && stage.version() > 0)
        .map(Stage::version)
        .findFirst()
        .or(
            () ->
                model.latest().stream()
                    .filter(v -> v.kind() == VersionKind.BUNDLE)
                    .map(v -> v.number())
                    .findFirst())
        .orElseThrow(() -> new Refusal.NotFound("model " + model.name() + " has no version"));
  }
}
