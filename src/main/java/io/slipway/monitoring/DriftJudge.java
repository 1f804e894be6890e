package io.slipway.monitoring;

import io.slipway.pipeline.profile.Baseline;
import io.slipway.pipeline.profile.Profile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Judges the windows of a version, within the budget of false alarms. Pure.
///
/// - **Fast path.** The properties of a window are tested together ([Evidence#rejected]), for more
///   than the limit of a warning and for more than that of drift.
/// - **Slow path.** The mean of the properties' e-values gathers over windows, so that a small
///   change that lasts is found as well; at the limit 1/α the mean time between false alarms is at
///   least 1/α windows.
///   What has gathered is used up by an alarm.
/// - **Hysteresis.** An alarm lasts until three windows in a row are calm ([Shift#calm]).
final class DriftJudge {
  private static final int CALM_WINDOWS = 3;

  /// Smaller windows say nothing about over-dispersion.
  private static final int LEAST_ROWS = 100;

  private final DriftLimits limits;

  DriftJudge(DriftLimits limits) {
    this.limits = limits;
  }

  /// One property and its state.
  ///
  /// @param slow whether it is the gathered evidence of several windows that shows it
  record Judged(Shift shift, DriftState state, boolean slow) {}

  /// @param memory for the next window
  record Verdict(List<Judged> properties, DriftMemory memory) {}

  /// @param counts of the window in the cells of the baseline, then the number of objects
  /// @param before what the window before has left
  Verdict judge(Baseline baseline, Stratum stratum, long[] counts, DriftMemory before) {
    List<Shift> shifts = shifts(baseline, counts, before);
    boolean[] warned = Evidence.rejected(p(shifts, false), limits.falseAlarms());
    boolean[] drifted = Evidence.rejected(p(shifts, true), limits.falseAlarms());
    double[] gathered = new double[shifts.size()];
    double mean = 0;
    for (int i = 0; i < gathered.length; i++) {
      double e = shifts.get(i).rows() == 0 ? 1 : Evidence.of(shifts.get(i).pWarning());
      mean += e / gathered.length;
      gathered[i] = Evidence.gathered(before.property(shifts.get(i).key()).evidence(), e);
    }
    double evidence = gathered.length == 0 ? 1 : Evidence.gathered(before.evidence(), mean);
    boolean[] slow = slow(gathered, evidence);
    List<Judged> judged = new ArrayList<>();
    Map<String, DriftMemory.Property> properties = new HashMap<>();
    boolean alarm = false;
    for (int i = 0; i < shifts.size(); i++) {
      Shift shift = shifts.get(i);
      DriftState now =
          drifted[i]
              ? DriftState.DRIFT
              : warned[i] || slow[i]
                  ? DriftState.WARNING
                  : shift.undecided(limits) ? DriftState.INSUFFICIENT : DriftState.NONE;
      alarm |= now.alarms();
      DriftMemory.Property known = before.property(shift.key());
      int calm = now.alarms() ? 0 : shift.calm(limits) ? known.calm() + 1 : keep(shift, known);
      DriftState state = lasting(known.state(), now, calm);
      judged.add(new Judged(shift, state, slow[i] && !warned[i] && !drifted[i]));
      boolean quiet = now == DriftState.NONE && shift.rows() >= LEAST_ROWS;
      properties.put(
          shift.key(),
          new DriftMemory.Property(
              state,
              calm,
              now.alarms() ? 1 : gathered[i],
              known.inflationNow(),
              quiet ? known.with(shift.ratio()) : known.ratios()));
    }
    long rows = counts[counts.length - 1];
    DriftState state = overall(judged);
    return new Verdict(
        List.copyOf(judged),
        new DriftMemory(state, stratum, rows, alarm ? 1 : evidence, Map.copyOf(properties)));
  }

  /// An empty window neither calms nor disturbs.
  private static int keep(Shift shift, DriftMemory.Property known) {
    return shift.rows() == 0 ? known.calm() : 0;
  }

  /// The properties of a window that is judged already, in the states that it has got.
  List<Judged> again(Baseline baseline, long[] counts, DriftMemory found) {
    List<Judged> judged = new ArrayList<>();
    int offset = 0;
    for (Profile profile : baseline.profiles()) {
      int end = offset + profile.cells();
      DriftMemory.Property known = found.properties().get(Shift.key(profile));
      if (known != null) {
        long[] own = Arrays.copyOfRange(counts, offset, end);
        Shift shift = Shift.of(profile, own, known.inflation(), limits);
        judged.add(new Judged(shift, known.state(), false));
      }
      offset = end;
    }
    return judged;
  }

  /// The shifts of all properties with values.
  private List<Shift> shifts(Baseline baseline, long[] counts, DriftMemory before) {
    List<Shift> shifts = new ArrayList<>();
    int offset = 0;
    for (Profile profile : baseline.profiles()) {
      int end = offset + profile.cells();
      if (!(profile instanceof Profile.Presence)) {
        double inflation = before.property(Shift.key(profile)).inflationNow();
        long[] own = Arrays.copyOfRange(counts, offset, end);
        shifts.add(Shift.of(profile, own, inflation, limits));
      }
      offset = end;
    }
    return shifts;
  }

  private static double[] p(List<Shift> shifts, boolean drift) {
    return shifts.stream()
        .mapToDouble(shift -> drift ? shift.pDrift() : shift.pWarning())
        .toArray();
  }

  /// The properties that a slow alarm names: those with enough evidence of their own, at least the
  /// one with most.
  private boolean[] slow(double[] gathered, double evidence) {
    boolean[] named = new boolean[gathered.length];
    if (evidence < 1 / limits.falseAlarms()) {
      return named;
    }
    boolean[] rejected = Evidence.rejectedByEvidence(gathered, limits.falseAlarms());
    int most = 0;
    for (int i = 0; i < gathered.length; i++) {
      named[i] = rejected[i];
      most = gathered[i] > gathered[most] ? i : most;
    }
    named[most] = true;
    return named;
  }

  private static DriftState lasting(DriftState before, DriftState now, int calm) {
    if (!before.alarms() || now == DriftState.DRIFT) {
      return now;
    }
    return now.alarms() || calm < CALM_WINDOWS ? before : now;
  }

  /// The worst alarm; without one, whether most properties could be judged.
  static DriftState overall(List<Judged> judged) {
    DriftState worst = DriftState.NONE;
    int undecided = 0;
    for (Judged one : judged) {
      if (one.state().alarms() && one.state().compareTo(worst) > 0) {
        worst = one.state();
      }
      undecided += one.state() == DriftState.INSUFFICIENT ? 1 : 0;
    }
    boolean unknown = judged.isEmpty() || 2 * undecided >= judged.size();
    return worst == DriftState.NONE && unknown ? DriftState.INSUFFICIENT : worst;
  }
}
