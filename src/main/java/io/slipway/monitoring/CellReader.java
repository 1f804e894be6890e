package io.slipway.monitoring;

import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.profile.Profile;
import io.slipway.pipeline.profile.Series;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the cell of a row in one profile. Allocates nothing.
sealed interface CellReader {
  int cell(Frame frame, Prediction prediction);

  /// The reader of `profile` by `series`; null where they do not fit.
  static @Nullable CellReader of(Profile profile, Series series) {
    return switch (profile) {
      case Profile.Measure m when series instanceof Series.Measured s ->
          OfNumber.of(m.fineEdges(), s.number());
      case Profile.Words w when series instanceof Series.Named s -> OfWord.of(w.values(), s.text());
      case Profile.Presence _ ->
          switch (series) {
            case Series.Hidden s -> new OfPresence(s.present());
            case Series.Measured s -> new OfPresence(s.number());
            case Series.Named s ->
                new OfPresence(
                    (frame, decision) -> s.text().of(frame, decision) == null ? Double.NaN : 1);
          };
      case Profile.Measure _, Profile.Words _ -> null;
    };
  }

  /// The bin of a number.
  ///
  /// @param edges followed by infinities up to a power of two less one, so that the search takes
  ///     the same few steps for every number, which processors need not guess
  /// @param missing the cell of a missing number
  record OfNumber(double[] edges, int missing, Series.ToNumber number) implements CellReader {
    static OfNumber of(double[] edges, Series.ToNumber number) {
      int length = Integer.highestOneBit(Math.max(1, edges.length)) * 2 - 1;
      double[] padded = Arrays.copyOf(edges, length);
      Arrays.fill(padded, edges.length, length, Double.POSITIVE_INFINITY);
      return new OfNumber(padded, edges.length + 1, number);
    }

    @Override
    public int cell(Frame frame, Prediction prediction) {
      double value = number.of(frame, prediction);
      if (!Double.isFinite(value)) {
        return missing;
      }
      int cell = 0;
      for (int step = (edges.length + 1) / 2; step > 0; step /= 2) {
        cell += edges[cell + step - 1] < value ? step : 0;
      }
      return cell;
    }
  }

  /// The place of a word.
  ///
  /// @param other the cell of a word that is in no other
  record OfWord(Map<String, Integer> cells, Integer other, Series.ToText text)
      implements CellReader {
    static OfWord of(List<String> values, Series.ToText text) {
      Map<String, Integer> cells = HashMap.newHashMap(values.size());
      for (int i = 0; i < values.size(); i++) {
        cells.put(values.get(i), i);
      }
      return new OfWord(cells, values.size(), text);
    }

    @Override
    public int cell(Frame frame, Prediction prediction) {
      String value = text.of(frame, prediction);
      return value == null ? other + 1 : cells.getOrDefault(value, other);
    }
  }

  /// Whether there is a value.
  record OfPresence(Series.ToNumber present) implements CellReader {
    @Override
    public int cell(Frame frame, Prediction prediction) {
      return Double.isFinite(present.of(frame, prediction)) ? 0 : 1;
    }
  }
}
