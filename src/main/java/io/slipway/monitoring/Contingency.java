package io.slipway.monitoring;

import io.slipway.pipeline.profile.Profile;
import java.util.Arrays;

/// The counts of a reference and a window in the same cells, of which each occurs in one of the two
/// at least.
record Contingency(long[] reference, long[] window) {
  /// A bin of a number is wide enough for so many rows of a small window.
  private static final int ROWS_PER_BIN = 10;

  private static final int LEAST_BINS = 4;

  /// Values of a category with fewer rows in the reference are judged together.
  private static final int RARE = 5;

  /// The cells by which drift of `profile` is decided: the few bins of a number, the values of a
  /// category that are not rare; and missing values.
  ///
  /// @param counts of the window in the cells of `profile`
  static Contingency deciding(Profile profile, long[] counts) {
    int[] group =
        switch (profile) {
          case Profile.Measure m -> wide(m, Arrays.stream(counts).sum());
          case Profile.Words w -> common(w);
          case Profile.Presence _ -> new int[] {0, 0};
        };
    long[] reference = profile.reference();
    int size = Arrays.stream(group).max().orElse(0) + 1;
    long[] ofReference = new long[size];
    long[] ofWindow = new long[size];
    for (int i = 0; i < group.length; i++) {
      ofReference[group[i]] += reference[i];
      ofWindow[group[i]] += counts[i];
    }
    return occurring(ofReference, ofWindow);
  }

  /// As [#bins], with neighbours taken together where the window has `rows` rows only: few rows in
  /// many bins show nothing.
  private static int[] wide(Profile.Measure measure, long rows) {
    int bins = measure.edges().length + 1;
    int most = Math.clamp(rows / ROWS_PER_BIN, Math.min(LEAST_BINS, bins), bins);
    int[] group = bins(measure);
    for (int i = 0; i < group.length; i++) {
      group[i] = group[i] == bins ? most : group[i] * most / bins;
    }
    return group;
  }

  /// The few bin of each of the many bins, and one more for missing values.
  static int[] bins(Profile.Measure measure) {
    double[] fine = measure.fineEdges();
    double[] few = measure.edges();
    int[] group = new int[measure.cells()];
    for (int i = 0; i < fine.length; i++) {
      group[i] = Profile.Measure.bin(few, fine[i]);
    }
    group[fine.length] = few.length;
    group[fine.length + 1] = few.length + 1;
    return group;
  }

  private static int[] common(Profile.Words words) {
    int values = words.values().size();
    int[] group = new int[words.cells()];
    int next = 0;
    for (int i = 0; i < values; i++) {
      group[i] = words.counts()[i] < RARE ? -1 : next++;
    }
    for (int i = 0; i <= values; i++) {
      if (i == values || group[i] < 0) {
        group[i] = next;
      }
    }
    group[values + 1] = next + 1;
    return group;
  }

  /// Without the cells that are empty in both.
  static Contingency occurring(long[] reference, long[] window) {
    long[] one = new long[reference.length];
    long[] other = new long[reference.length];
    int size = 0;
    for (int i = 0; i < reference.length; i++) {
      if (reference[i] + window[i] > 0) {
        one[size] = reference[i];
        other[size++] = window[i];
      }
    }
    return new Contingency(Arrays.copyOf(one, size), Arrays.copyOf(other, size));
  }

  int cells() {
    return reference.length;
  }

  /// The rows of the reference.
  long m() {
    return Arrays.stream(reference).sum();
  }

  /// The rows of the window.
  long n() {
    return Arrays.stream(window).sum();
  }

  /// The population stability index, with half a row more in each cell.
  double psi() {
    double n = n() + 0.5 * cells();
    double m = m() + 0.5 * cells();
    double sum = 0;
    for (int i = 0; i < cells(); i++) {
      double q = (window[i] + 0.5) / n;
      double p = (reference[i] + 0.5) / m;
      sum += (q - p) * Math.log(q / p);
    }
    return sum;
  }

  /// The Jensen-Shannon distance: the root of the divergence, in nats.
  double jensenShannon() {
    double n = n();
    double m = m();
    double sum = 0;
    for (int i = 0; i < cells(); i++) {
      double q = window[i] / n;
      double p = reference[i] / m;
      double middle = (p + q) / 2;
      sum += part(p, middle) + part(q, middle);
    }
    return Math.sqrt(Math.max(0, sum / 2));
  }

  private static double part(double p, double middle) {
    return p == 0 ? 0 : p * Math.log(p / middle);
  }

  /// Pearson's chi-square statistic of the two samples.
  double chiSquare() {
    double n = n();
    double m = m();
    double sum = 0;
    for (int i = 0; i < cells(); i++) {
      double both = reference[i] + window[i];
      double ofReference = both * m / (n + m);
      double ofWindow = both * n / (n + m);
      sum += square(reference[i] - ofReference) / ofReference;
      sum += square(window[i] - ofWindow) / ofWindow;
    }
    return sum;
  }

  private static double square(double x) {
    return x * x;
  }
}
