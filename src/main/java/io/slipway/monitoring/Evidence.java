package io.slipway.monitoring;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Decides over many properties at once.
final class Evidence {
  private static final double LEAST_P = 1e-300;
  private static final double MOST = 1e300;

  private Evidence() {}

  /// The hypotheses that are rejected such that at most the share `q` of the rejections is false
  /// (Benjamini and Hochberg 1995).
  static boolean[] rejected(double[] p, double q) {
    int[] order = order(p);
    int last = -1;
    for (int i = 0; i < p.length; i++) {
      if (p[order[i]] <= q * (i + 1) / p.length) {
        last = i;
      }
    }
    boolean[] rejected = new boolean[p.length];
    for (int i = 0; i <= last; i++) {
      rejected[order[i]] = true;
    }
    return rejected;
  }

  /// The same by e-values (Wang and Ramdas 2022), which may depend on each other in any way.
  static boolean[] rejectedByEvidence(double[] e, double alpha) {
    double[] p = Arrays.stream(e).map(each -> each <= 0 ? Double.MAX_VALUE : 1 / each).toArray();
    return rejected(p, alpha);
  }

  private static int[] order(double[] p) {
    return IntStream.range(0, p.length)
        .boxed()
        .sorted((a, b) -> Double.compare(p[a], p[b]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /// The e-value of a p-value (Vovk and Wang 2021): its mean is at most 1 if nothing has changed.
  static double of(double p) {
    double q = Math.max(p, LEAST_P);
    double log = Math.log(q);
    // The limit at 1, where the formula is 0/0.
    return q > 1 - 1e-4 ? 0.5 : (1 - q + q * log) / (q * log * log);
  }

  /// What has gathered after one more e-value; it never falls below the new one.
  static double gathered(double before, double e) {
    return Math.min(MOST, Math.max(before, 1) * e);
  }
}
