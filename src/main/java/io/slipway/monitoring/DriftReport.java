package io.slipway.monitoring;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.pipeline.profile.Baseline;
import io.slipway.pipeline.profile.Origin;
import io.slipway.pipeline.profile.Profile;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// One comparison of live objects with a baseline, as JSON that a plot can use as it is.
///
/// @param open whether the window has not ended yet
/// @param lost when processes flushed for the last time that did not stop
record DriftReport(
    String model,
    int version,
    Baseline baseline,
    Instant from,
    Instant to,
    boolean open,
    Stratum stratum,
    WindowCounts counts,
    DriftState state,
    List<DriftJudge.Judged> found,
    DriftLimits limits,
    List<Instant> lost) {

  /// The report about a version without a baseline.
  static ObjectNode unwatched(String model, int version, Instant from, Instant to) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", model).put("version", version).putNull("baseline");
    json.put("from", from.toString()).put("to", to.toString()).put("rows", 0);
    json.put("state", DriftState.INSUFFICIENT.word());
    json.put(
        "reason",
        "the version has no baseline: its bundle has no reference, or it was registered before"
            + " baselines were made");
    json.putNull("detectable").putNull("output").putArray("fields");
    json.putArray("hidden");
    return json;
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", model).put("version", version);
    json.putObject("baseline").put("rows", baseline.rows()).put("source", baseline.source());
    json.put("from", from.toString()).put("to", to.toString()).put("open", open);
    json.put("stratum", stratum.word()).put("rows", counts.rows(stratum));
    ObjectNode strata = json.putObject("strata");
    for (Stratum each : Stratum.values()) {
      strata.put(each.word(), counts.rows(each));
    }
    json.put("state", state.word());
    double level = limits.falseAlarms() / Math.max(1, found.size());
    number(json, "detectable", detectable(level));
    ObjectNode asked = json.putObject("limits");
    asked.put("warning", limits.warning()).put("drift", limits.drift());
    asked.put("false_alarms", limits.falseAlarms());
    List<DriftJudge.Judged> ranked =
        found.stream()
            .sorted(
                Comparator.<DriftJudge.Judged>comparingInt(one -> -one.state().gauge())
                    .thenComparingDouble(one -> -one.shift().lower())
                    .thenComparingDouble(one -> -one.shift().psi()))
            .toList();
    ArrayNode outputs = JsonNodeFactory.instance.arrayNode();
    ArrayNode fields = JsonNodeFactory.instance.arrayNode();
    for (DriftJudge.Judged one : ranked) {
      Origin origin = one.shift().profile().origin();
      property(one, level, (origin == Origin.OUTPUT ? outputs : fields).addObject());
    }
    json.set("output", outputs.isEmpty() ? null : outputs.get(0));
    json.set("outputs", outputs);
    json.set("fields", fields);
    hidden(json.putArray("hidden"));
    lost.forEach(time -> json.withArray("lost").addObject().put("after", time.toString()));
    return json;
  }

  /// The smallest shift that would have been found in any property.
  private double detectable(double level) {
    return found.stream()
        .filter(one -> one.shift().cells() > 1)
        .mapToDouble(one -> one.shift().detectable(limits, level))
        .max()
        .orElse(Double.MAX_VALUE);
  }

  private void property(DriftJudge.Judged judged, double level, ObjectNode json) {
    Shift shift = judged.shift();
    Profile profile = shift.profile();
    long missing = shift.counts()[shift.counts().length - 1];
    double rows = Math.max(1, shift.rows());
    json.put("name", profile.name()).put("from", profile.origin().word());
    json.put("state", judged.state().word());
    if (judged.slow()) {
      json.put("slow", true);
    }
    json.put("psi", shift.psi()).put("lower", shift.lower());
    number(json, "upper", shift.upper());
    json.put("p", shift.pWarning()).put("p_drift", shift.pDrift());
    number(json, "detectable", shift.detectable(limits, level));
    json.put("missing", missing / rows);
    json.put("missing_reference", profile.missing() / (double) Math.max(1, baseline.rows()));
    switch (profile) {
      case Profile.Words w when w.other() > 0 -> json.putNull("unseen");
      case Profile.Words w -> json.put("unseen", shift.counts()[w.values().size()] / rows);
      case Profile.Measure _, Profile.Presence _ -> json.put("unseen", 0);
    }
    if (shift.rows() > 0) {
      distances(shift, json.putObject("distances"));
    }
    histogram(shift, json.putObject("histogram"));
  }

  /// A number; null where there is no limit to it.
  private static void number(ObjectNode json, String name, double value) {
    if (value >= Double.MAX_VALUE) {
      json.putNull(name);
    } else {
      json.put(name, value);
    }
  }

  private static void distances(Shift shift, ObjectNode json) {
    Contingency cells = Contingency.deciding(shift.profile(), shift.counts());
    json.put("jensen_shannon", cells.jensenShannon());
    double chiSquare = cells.chiSquare();
    json.put("chi_square", chiSquare);
    json.put(
        "chi_square_p",
        cells.cells() < 2 ? 1 : ChiSquare.upperTail(chiSquare, cells.cells() - 1.0));
    if (shift.profile() instanceof Profile.Measure measure) {
      long[] window = Arrays.copyOf(shift.counts(), measure.counts().length);
      if (measure.fineEdges().length > 0 && Arrays.stream(window).sum() > 0) {
        json.put("kolmogorov_smirnov", Distances.kolmogorovSmirnov(measure.counts(), window));
        double distance = Distances.wasserstein(measure, window);
        if (measure.deviation() > 0) {
          json.put("wasserstein", distance / measure.deviation());
        }
      }
    }
  }

  private static void histogram(Shift shift, ObjectNode json) {
    long[] reference = shift.profile().reference();
    long[] window = shift.counts();
    int values =
        switch (shift.profile()) {
          case Profile.Measure m -> {
            ArrayNode edges = json.putArray("edges");
            for (double edge : m.edges()) {
              edges.add(edge);
            }
            int[] bins = Contingency.bins(m);
            reference = grouped(reference, bins);
            window = grouped(window, bins);
            yield m.edges().length + 1;
          }
          case Profile.Words w -> {
            w.values().forEach(json.putArray("values")::add);
            json.putObject("other")
                .put("reference", w.other())
                .put("window", window[w.values().size()]);
            yield w.values().size();
          }
          case Profile.Presence _ -> 1;
        };
    ArrayNode ofReference = json.putArray("reference");
    ArrayNode ofWindow = json.putArray("window");
    for (int i = 0; i < values; i++) {
      ofReference.add(reference[i]);
      ofWindow.add(window[i]);
    }
    json.putObject("missing")
        .put("reference", reference[reference.length - 1])
        .put("window", window[window.length - 1]);
  }

  private static long[] grouped(long[] counts, int[] group) {
    long[] sums = new long[Arrays.stream(group).max().orElse(0) + 1];
    for (int i = 0; i < group.length; i++) {
      sums[group[i]] += counts[i];
    }
    return sums;
  }

  /// The properties whose values are not compared, with the share in which they are missing.
  private void hidden(ArrayNode json) {
    long[] sums = counts.of(stratum);
    double rows = Math.max(1, counts.rows(stratum));
    int offset = 0;
    for (Profile profile : baseline.profiles()) {
      if (profile instanceof Profile.Presence hidden) {
        json.addObject()
            .put("name", hidden.name())
            .put("why", hidden.why())
            .put("missing", sums[offset + 1] / rows)
            .put("missing_reference", hidden.missing() / (double) Math.max(1, baseline.rows()));
      }
      offset += profile.cells();
    }
  }
}
