package io.slipway.monitoring;

import io.slipway.pipeline.profile.Profile;

/// Distances between two distributions of a number in the same bins, missing values left out. They
/// are reported and decide nothing.
final class Distances {
  private Distances() {}

  /// The largest difference of the distribution functions at the edges of the bins
  /// (Kolmogorov-Smirnov). Between two edges it may be larger by the share of one bin.
  static double kolmogorovSmirnov(long[] reference, long[] window) {
    double m = sum(reference);
    double n = sum(window);
    double p = 0;
    double q = 0;
    double most = 0;
    for (int i = 0; i < reference.length; i++) {
      p += reference[i] / m;
      q += window[i] / n;
      most = Math.max(most, Math.abs(p - q));
    }
    return most;
  }

  /// The earth mover's distance (Wasserstein-1), where each value lies in the middle of its bin,
  /// and those of the outer bins between the edge and the reference's extreme.
  static double wasserstein(Profile.Measure measure, long[] window) {
    long[] reference = measure.counts();
    double m = sum(reference);
    double n = sum(window);
    double p = 0;
    double q = 0;
    double distance = 0;
    for (int i = 0; i + 1 < reference.length; i++) {
      p += reference[i] / m;
      q += window[i] / n;
      distance += Math.abs(p - q) * (middle(measure, i + 1) - middle(measure, i));
    }
    return distance;
  }

  static double middle(Profile.Measure measure, int bin) {
    double[] edges = measure.fineEdges();
    double low = bin == 0 ? Math.min(measure.min(), edges[0]) : edges[bin - 1];
    double high = bin == edges.length ? Math.max(measure.max(), edges[bin - 1]) : edges[bin];
    return low + (high - low) / 2;
  }

  private static double sum(long[] counts) {
    double sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }
}
