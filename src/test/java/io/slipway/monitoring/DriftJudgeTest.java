package io.slipway.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Seed;
import io.slipway.pipeline.profile.Baseline;
import io.slipway.pipeline.profile.Origin;
import io.slipway.pipeline.profile.Profile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The judgement of windows on simulated objects with twenty numbers.
@Tag("slow")
class DriftJudgeTest {
  private static final int FIELDS = 20;
  private static final DriftLimits LIMITS = new DriftLimits(0.02, 0.10, 1 / 720.0);

  private final Random random = new Random(Seed.of("judgement of drift"));
  private final DriftJudge judge = new DriftJudge(LIMITS);

  /// A baseline of `m` normally distributed rows: the edges are quantiles of the sample, as at
  /// registration.
  private Baseline baseline(int m) {
    List<Profile> profiles = new ArrayList<>();
    for (int f = 0; f < FIELDS; f++) {
      double[] sorted = random.doubles(m, 0, 1).map(u -> random.nextGaussian()).sorted().toArray();
      double[] edges = new double[19];
      for (int k = 1; k < 20; k++) {
        edges[k - 1] = sorted[(k * m + 19) / 20 - 1];
      }
      long[] counts = new long[20];
      for (double value : sorted) {
        counts[Profile.Measure.bin(edges, value)]++;
      }
      profiles.add(
          new Profile.Measure(
              "f" + f, Origin.FIELD, 0, sorted[0], sorted[m - 1], 0, 1, edges, edges, counts));
    }
    return new Baseline("reference", m, profiles);
  }

  /// A window of `n` rows, in which the first number is moved and stretched.
  private long[] window(Baseline baseline, int n, double moved, double factor) {
    long[] counts = new long[baseline.cells() + 1];
    for (int row = 0; row < n; row++) {
      int offset = 0;
      for (int f = 0; f < FIELDS; f++) {
        Profile.Measure measure = (Profile.Measure) baseline.profiles().get(f);
        double value = random.nextGaussian();
        double x = f == 0 ? factor * value + moved : value;
        counts[offset + Profile.Measure.bin(measure.edges(), x)]++;
        offset += measure.cells();
      }
      counts[offset]++;
    }
    return counts;
  }

  private DriftJudge.Verdict judged(Baseline baseline, long[] counts, DriftMemory before) {
    return judge.judge(baseline, Stratum.CALLS, counts, before);
  }

  private static DriftJudge.Judged first(DriftJudge.Verdict verdict) {
    return verdict.properties().getFirst();
  }

  @Test
  void unchangedWindowsHardlyEverAlarm() {
    int alarms = 0;
    int windows = 0;
    for (int m : new int[] {400, 2_000}) {
      for (int n : new int[] {50, 500}) {
        Baseline baseline = baseline(m);
        DriftMemory memory = DriftMemory.NONE;
        for (int i = 0; i < 60; i++) {
          memory = judged(baseline, window(baseline, n, 0, 1), memory).memory();
          alarms += memory.state().alarms() ? 1 : 0;
          windows++;
        }
      }
    }
    assertThat(alarms).as("alarms in %d windows", windows).isLessThanOrEqualTo(3);
  }

  @Test
  void theTestOfNoChangeKeepsItsLevel() {
    DriftLimits none = new DriftLimits(0, 0, 0.01);
    int rejected = 0;
    int tests = 0;
    for (int round = 0; round < 10; round++) {
      Baseline baseline = baseline(400);
      for (int i = 0; i < 10; i++) {
        long[] counts = window(baseline, 150, 0, 1);
        for (DriftJudge.Judged one :
            new DriftJudge(none)
                .judge(baseline, Stratum.CALLS, counts, DriftMemory.NONE)
                .properties()) {
          rejected += one.shift().pWarning() <= 0.01 ? 1 : 0;
          tests++;
        }
      }
    }
    assertThat((double) rejected / tests).isBetween(0.003, 0.018);
  }

  @Test
  void aFieldInOtherUnitsIsFoundWithinTwentyRows() {
    Baseline baseline = baseline(2_000);
    for (int i = 0; i < 20; i++) {
      DriftJudge.Verdict verdict =
          judged(baseline, window(baseline, 20, 1_000, 1), DriftMemory.NONE);
      assertThat(first(verdict).state()).isEqualTo(DriftState.DRIFT);
    }
  }

  @Test
  void aShiftOfOneDeviationIsFoundWithinAHundredRowsAndRankedFirst() {
    Baseline baseline = baseline(2_000);
    int found = 0;
    for (int i = 0; i < 40; i++) {
      DriftJudge.Verdict verdict = judged(baseline, window(baseline, 100, 1, 1), DriftMemory.NONE);
      boolean leads =
          verdict.properties().stream()
              .allMatch(one -> one.shift().psi() <= first(verdict).shift().psi());
      found += first(verdict).state().alarms() && leads ? 1 : 0;
    }
    assertThat(found).isGreaterThanOrEqualTo(38);
  }

  @Test
  void aChangeThatCreepsIsFoundByTheEvidenceOfSeveralWindows() {
    Baseline baseline = baseline(2_000);
    DriftMemory memory = DriftMemory.NONE;
    int windows = 0;
    boolean slow = false;
    while (!memory.state().alarms() && windows < 60) {
      DriftJudge.Verdict verdict = judged(baseline, window(baseline, 500, 0.3, 1), memory);
      slow |= first(verdict).slow();
      memory = verdict.memory();
      windows++;
    }
    assertThat(memory.state()).isEqualTo(DriftState.WARNING);
    assertThat(memory.property("f0").state()).isEqualTo(DriftState.WARNING);
    System.out.println("found after " + windows + " windows, by the slow path: " + slow);
  }

  @Test
  void anAlarmLastsUntilThreeCalmWindows() {
    Baseline baseline = baseline(2_000);
    DriftMemory memory = judged(baseline, window(baseline, 2_000, 1, 1), DriftMemory.NONE).memory();
    List<DriftState> states = new ArrayList<>(List.of(memory.property("f0").state()));
    for (int i = 0; i < 3; i++) {
      memory = judged(baseline, window(baseline, 2_000, 0, 1), memory).memory();
      states.add(memory.property("f0").state());
    }
    assertThat(states)
        .containsExactly(DriftState.DRIFT, DriftState.DRIFT, DriftState.DRIFT, DriftState.NONE);
  }

  @Test
  void windowsThatVaryByThemselvesAreAllowedFor() {
    Baseline baseline = baseline(2_000);
    DriftMemory memory = DriftMemory.NONE;
    int alarms = 0;
    for (int hour = 0; hour < 96; hour++) {
      double cycle = 0.12 * Math.sin(2 * Math.PI * hour / 24);
      memory = judged(baseline, window(baseline, 1_000, cycle, 1), memory).memory();
      alarms += hour >= 24 && memory.state().alarms() ? 1 : 0;
    }
    assertThat(memory.property("f0").inflationNow()).isGreaterThan(1);
    assertThat(alarms).isLessThanOrEqualTo(1);
  }

  @Test
  void theIntervalCoversTheShift() {
    int covered = 0;
    // Two normal distributions half a deviation apart, in infinitely many rows.
    double truth = 0.5 * 0.5;
    for (int i = 0; i < 100; i++) {
      Baseline baseline = baseline(5_000);
      Shift shift =
          first(judged(baseline, window(baseline, 1_000, 0.5, 1), DriftMemory.NONE)).shift();
      assertThat(shift.lower()).isLessThanOrEqualTo(shift.psi());
      assertThat(shift.upper()).isGreaterThanOrEqualTo(shift.psi());
      covered += shift.lower() <= truth && truth <= shift.upper() ? 1 : 0;
    }
    System.out.println("intervals that cover: " + covered);
    assertThat(covered).isBetween(80, 100);
  }

  @Test
  void anEmptyOrTinyWindowIsNotEnoughDataAndNeverNaN() {
    Baseline baseline = baseline(2_000);
    for (int n : new int[] {0, 1, 5}) {
      DriftJudge.Verdict verdict = judged(baseline, window(baseline, n, 0, 1), DriftMemory.NONE);
      assertThat(verdict.memory().state()).isEqualTo(DriftState.INSUFFICIENT);
      for (DriftJudge.Judged one : verdict.properties()) {
        Shift shift = one.shift();
        double[] all = {
          shift.psi(),
          shift.lower(),
          shift.upper(),
          shift.pWarning(),
          shift.pDrift(),
          shift.detectable(LIMITS, 1e-4)
        };
        assertThat(Arrays.stream(all).noneMatch(Double::isNaN)).isTrue();
      }
    }
  }

  @Test
  void whatAWindowCanShowShrinksWithItsRows() {
    Baseline baseline = baseline(2_000);
    double last = Double.MAX_VALUE;
    for (int n : new int[] {20, 200, 2_000}) {
      Shift shift = first(judged(baseline, window(baseline, n, 0, 1), DriftMemory.NONE)).shift();
      double detectable = shift.detectable(LIMITS, LIMITS.falseAlarms() / FIELDS);
      assertThat(detectable).isLessThan(last);
      last = detectable;
    }
    assertThat(last).isBetween(0.02, 0.12);
  }

  @Test
  void theMemoryOfAWindowSurvivesItsStorage() {
    Baseline baseline = baseline(400);
    DriftMemory memory = judged(baseline, window(baseline, 500, 2, 1), DriftMemory.NONE).memory();
    assertThat(DriftMemory.of(memory.toJson())).isEqualTo(memory);
  }
}
