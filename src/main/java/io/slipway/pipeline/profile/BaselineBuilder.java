package io.slipway.pipeline.profile;

import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Collects the rows of a reference and makes the baseline. Not thread-safe.
///
/// Strings are a category where at most half of them are distinct; else free text where most
/// contain several words, and an identifier otherwise. Neither texts nor identifiers are kept.
public final class BaselineBuilder {
  /// The bins of a number by which is decided.
  static final int BINS = 20;

  /// The bins of a number that are counted, a multiple of [#BINS].
  static final int FINE_BINS = 200;

  /// The listed values of a category.
  static final int MOST_VALUES = 50;

  /// The longest value that is listed.
  private static final int LONGEST_VALUE = 100;

  private final List<Series> series;
  private final List<Sample> samples = new ArrayList<>();
  private long rows;

  /// @param series the watched properties
  public BaselineBuilder(List<Series> series) {
    this.series = series;
    for (Series each : series) {
      samples.add(
          switch (each) {
            case Series.Measured _ -> new Numbers();
            case Series.Named _ -> new Texts();
            case Series.Hidden _ -> new Numbers();
          });
    }
  }

  /// The values of one property.
  private sealed interface Sample {}

  private static final class Numbers implements Sample {
    private double[] values = new double[256];
    private int count;
    private long missing;

    private void add(double value) {
      if (!Double.isFinite(value)) {
        missing++;
        return;
      }
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = value;
    }
  }

  private static final class Texts implements Sample {
    private final Map<String, Long> counts = new HashMap<>();
    private long present;
    private long missing;

    /// The rows with at least three words.
    private long sentences;
  }

  /// Adds one row after the steps, and its decision.
  public void add(Frame frame, Prediction prediction) {
    rows++;
    for (int i = 0; i < samples.size(); i++) {
      switch (series.get(i)) {
        case Series.Measured m -> ((Numbers) samples.get(i)).add(m.number().of(frame, prediction));
        case Series.Hidden h -> ((Numbers) samples.get(i)).add(h.present().of(frame, prediction));
        case Series.Named n -> add((Texts) samples.get(i), n.text().of(frame, prediction));
      }
    }
  }

  private static void add(Texts texts, @Nullable String value) {
    if (value == null) {
      texts.missing++;
      return;
    }
    texts.present++;
    texts.counts.merge(value, 1L, Long::sum);
    if (value.strip().split("\\s+", 3).length == 3) {
      texts.sentences++;
    }
  }

  public long rows() {
    return rows;
  }

  /// The baseline of the rows so far.
  public Baseline build() {
    Set<String> words = new HashSet<>();
    Set<String> sentences = new HashSet<>();
    List<Profile> profiles = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      if (series.get(i) instanceof Series.Named named) {
        Texts texts = (Texts) samples.get(i);
        boolean repeats = named.closed() || 2L * texts.counts.size() <= texts.present;
        if (repeats) {
          words.add(named.name());
          profiles.add(words(named, texts));
        } else if (2 * texts.sentences > texts.present) {
          sentences.add(named.name());
        } else {
          words.add(named.name());
          profiles.add(
              new Profile.Presence(
                  named.name(), named.origin(), "identifier", texts.missing, texts.present));
        }
      }
    }
    for (int i = 0; i < samples.size(); i++) {
      switch (series.get(i)) {
        case Series.Measured m when m.text() != null && words.contains(m.text()) -> {}
        case Series.Measured m -> profiles.add(measure(m, (Numbers) samples.get(i)));
        case Series.Hidden h -> {
          Numbers numbers = (Numbers) samples.get(i);
          profiles.add(
              new Profile.Presence(h.name(), h.origin(), h.why(), numbers.missing, numbers.count));
        }
        case Series.Named _ -> {}
      }
    }
    profiles.sort(Comparator.comparing(this::place));
    return new Baseline(Baseline.REFERENCE, rows, List.copyOf(profiles));
  }

  private int place(Profile profile) {
    for (int i = 0; i < series.size(); i++) {
      if (series.get(i).name().equals(profile.name())
          && series.get(i).origin() == profile.origin()) {
        return i;
      }
    }
    return series.size();
  }

  private static Profile words(Series.Named named, Texts texts) {
    long least = named.closed() ? 1 : 2;
    List<Map.Entry<String, Long>> listed =
        texts.counts.entrySet().stream()
            .filter(e -> e.getValue() >= least && isListed(e.getKey()))
            .sorted(
                Map.Entry.<String, Long>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(MOST_VALUES)
            .toList();
    long[] counts = new long[listed.size() + 1];
    long rest = texts.present;
    for (int i = 0; i < listed.size(); i++) {
      counts[i] = listed.get(i).getValue();
      rest -= counts[i];
    }
    counts[listed.size()] = rest;
    List<String> values = listed.stream().map(Map.Entry::getKey).toList();
    return new Profile.Words(named.name(), named.origin(), texts.missing, values, counts);
  }

  /// The database stores no U+0000 in a document.
  private static boolean isListed(String value) {
    return value.length() <= LONGEST_VALUE && value.indexOf('\0') < 0;
  }

  private static Profile measure(Series.Measured measured, Numbers numbers) {
    double[] sorted = Arrays.copyOf(numbers.values, numbers.count);
    Arrays.sort(sorted);
    double[] fine = edges(sorted, FINE_BINS);
    double[] few = edges(sorted, BINS);
    long[] counts = new long[fine.length + 1];
    double sum = 0;
    for (double value : sorted) {
      counts[Profile.Measure.bin(fine, value)]++;
      sum += value;
    }
    double mean = sorted.length == 0 ? 0 : sum / sorted.length;
    double squares = 0;
    for (double value : sorted) {
      squares += (value - mean) * (value - mean);
    }
    return new Profile.Measure(
        measured.name(),
        measured.origin(),
        numbers.missing,
        sorted.length == 0 ? 0 : sorted[0],
        sorted.length == 0 ? 0 : sorted[sorted.length - 1],
        finite(mean),
        sorted.length == 0 ? 0 : finite(Math.sqrt(squares / sorted.length)),
        few,
        fine,
        counts);
  }

  private static double finite(double value) {
    return Double.isFinite(value) ? value : 0;
  }

  /// The distinct quantiles of `sorted`. Few distinct values get a bin each, and one on either side
  /// for values that the reference has not.
  private static double[] edges(double[] sorted, int bins) {
    if (sorted.length == 0) {
      return new double[0];
    }
    double[] distinct = Arrays.stream(sorted).distinct().limit(BINS + 1L).toArray();
    if (distinct.length <= BINS) {
      double[] edges = new double[distinct.length + 1];
      edges[0] = Math.nextDown(distinct[0]);
      System.arraycopy(distinct, 0, edges, 1, distinct.length);
      return Double.isFinite(edges[0]) ? edges : distinct;
    }
    double[] edges = new double[bins - 1];
    int count = 0;
    for (long k = 1; k < bins; k++) {
      double edge = sorted[(int) ((k * sorted.length + bins - 1) / bins) - 1];
      if (edge < sorted[sorted.length - 1] && (count == 0 || edge > edges[count - 1])) {
        edges[count++] = edge;
      }
    }
    return Arrays.copyOf(edges, count);
  }
}
