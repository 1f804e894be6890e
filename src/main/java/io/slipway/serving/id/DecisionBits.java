package io.slipway.serving.id;

import io.slipway.pipeline.Prediction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The encoding of a decision in 26 bits: 2 for its kind, and 24 for its value.
///
/// | kind | 24 bits |
/// |---|---|
/// | 0 tensors | 0 |
/// | 1 one of at most 16 labels | index 4, score 20 (step 1/1,048,574) |
/// | 2 one of more labels | index 14, score 10 (step 1/1,022) |
/// | 3 a value | the upper 24 bits of a 32-bit float: relative error at most 2^-16 |
///
/// The largest score stands for "none between 0 and 1", the largest index of 14 bits for "too
/// large".
final class DecisionBits {
  static final int SIZE = 26;

  private static final int HELD = 24;
  private static final int FEW = 1 << HELD;
  private static final int MANY = 2 << HELD;
  private static final int VALUE = 3 << HELD;
  private static final int FEW_LABELS = 16;
  private static final int FEW_SCORE = 20;
  private static final int MANY_SCORE = 10;
  private static final int LARGEST_INDEX = (1 << HELD - MANY_SCORE) - 1;
  private static final int NAN = VALUE | 0x7fc000;

  private DecisionBits() {}

  /// @param labels of the version's output
  static int of(Prediction prediction, List<String> labels) {
    return switch (prediction) {
      case Prediction.Classified(List<String> all, double[] p, int label, int[] _) -> {
        int count = all.size();
        double score = p[count == 2 ? 1 : label];
        yield count <= FEW_LABELS
            ? few(label, score)
            : MANY | Math.min(label, LARGEST_INDEX) << MANY_SCORE | score(score, MANY_SCORE);
      }
      case Prediction.Scored(String _, double value, String label) ->
          label == null || labels.size() != 2
              ? value(value)
              : few(label.equals(labels.get(1)) ? 1 : 0, value);
      case Prediction.Raw _ -> 0;
    };
  }

  private static int few(int label, double score) {
    return FEW | label << FEW_SCORE | score(score, FEW_SCORE);
  }

  private static int score(double score, int bits) {
    int none = (1 << bits) - 1;
    return score >= 0 && score <= 1 ? (int) (score * (none - 1) + 0.5) : none;
  }

  /// Rounded half away from zero; what lies beyond the largest becomes infinite.
  private static int value(double value) {
    if (Double.isNaN(value)) {
      return NAN;
    }
    int bits = Float.floatToRawIntBits((float) value);
    return VALUE | (Float.isInfinite((float) value) ? bits : bits + 0x80) >>> 8;
  }

  /// The decision encoded in `bits`; null where [#of] never writes them.
  static @Nullable Decision read(int bits) {
    int held = bits & (1 << HELD) - 1;
    return switch (bits >>> HELD) {
      case 0 -> held == 0 ? new Decision.None() : null;
      case 1 -> label(held >>> FEW_SCORE, held, FEW_SCORE);
      case 2 -> {
        int index = held >>> MANY_SCORE;
        yield label(index == LARGEST_INDEX ? null : Integer.valueOf(index), held, MANY_SCORE);
      }
      default -> value(bits, Float.intBitsToFloat(held << 8));
    };
  }

  private static @Nullable Decision value(int bits, float value) {
    return Float.isNaN(value) && bits != NAN ? null : new Decision.Value(value);
  }

  private static Decision label(@Nullable Integer index, int held, int bits) {
    int none = (1 << bits) - 1;
    int score = held & none;
    double largest = none - 1.0;
    return new Decision.Label(
        index, score == none ? null : Double.valueOf(score / largest), 1 / largest);
  }
}
