package io.slipway.pipeline.profile;

import java.util.List;

/// The distribution of one property in a reference. The counts of a window are kept in cells: those
/// of the property's values, and the last one for missing values.
public sealed interface Profile {
  String name();

  Origin origin();

  /// The rows in which it is missing.
  long missing();

  /// The number of cells of a window, the one for missing values included.
  int cells();

  /// The counts of the reference in the same cells.
  long[] reference();

  /// A number. A bin reaches from above its lower edge to its upper edge, inclusive; the first and
  /// the last are open.
  ///
  /// @param edges of few bins, by which is decided; a part of `fineEdges`
  /// @param fineEdges of many bins, which are counted
  /// @param counts of the many bins
  record Measure(
      String name,
      Origin origin,
      long missing,
      double min,
      double max,
      double mean,
      double deviation,
      double[] edges,
      double[] fineEdges,
      long[] counts)
      implements Profile {
    @Override
    public int cells() {
      return counts.length + 1;
    }

    @Override
    public long[] reference() {
      return withMissing(counts, missing);
    }

    /// The bin of `value` in `edges`.
    public static int bin(double[] edges, double value) {
      int low = 0;
      int high = edges.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (edges[middle] < value) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  /// A word.
  ///
  /// @param values the most frequent ones
  /// @param counts of `values`, then of all others
  record Words(String name, Origin origin, long missing, List<String> values, long[] counts)
      implements Profile {
    @Override
    public int cells() {
      return counts.length + 1;
    }

    @Override
    public long[] reference() {
      return withMissing(counts, missing);
    }

    /// The rows of the reference with other values.
    public long other() {
      return counts[counts.length - 1];
    }
  }

  /// A property whose values are not kept.
  ///
  /// @param why `pii`, `identifier`, `date`, `monitor`
  /// @param present the rows in which it is present
  record Presence(String name, Origin origin, String why, long missing, long present)
      implements Profile {
    @Override
    public int cells() {
      return 2;
    }

    @Override
    public long[] reference() {
      return new long[] {present, missing};
    }
  }

  private static long[] withMissing(long[] counts, long missing) {
    long[] all = java.util.Arrays.copyOf(counts, counts.length + 1);
    all[counts.length] = missing;
    return all;
  }
}
