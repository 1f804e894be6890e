package io.slipway.pipeline.text;

import io.slipway.pipeline.text.pattern.CodePoints;
import io.slipway.pipeline.text.pattern.LinearPattern;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/// Splits text into words, and joins words to n-grams, like scikit-learn's CountVectorizer.
final class Tokens {
  private Tokens() {}

  /// Maximal runs of letters, digits and `_` with at least `minChars` code points. With 2 this is
  /// scikit-learn's default pattern `(?u)\b\w\w+\b`.
  static List<String> words(String text, int minChars) {
    List<String> words = new ArrayList<>(text.length() / 8);
    int start = -1;
    int chars = 0;
    int at = 0;
    while (at < text.length()) {
      int c = text.charAt(at);
      int size = 1;
      if (c >= Character.MIN_HIGH_SURROGATE) {
        c = text.codePointAt(at);
        size = Character.charCount(c);
      }
      if (CodePoints.isWord(c)) {
        start = chars++ == 0 ? at : start;
      } else if (chars > 0) {
        if (chars >= minChars) {
          words.add(text.substring(start, at));
        }
        chars = 0;
      }
      at += size;
    }
    if (chars > 0 && chars >= minChars) {
      words.add(text.substring(start));
    }
    return words;
  }

  /// The matches of `pattern`, or of its group if it has one.
  static List<String> matches(String text, LinearPattern pattern) {
    List<String> tokens = new ArrayList<>();
    int group = pattern.groups();
    pattern.each(
        text,
        places ->
            tokens.add(
                places[2 * group] < 0
                    ? ""
                    : text.substring(places[2 * group], places[2 * group + 1])));
    return tokens;
  }

  /// All runs of `min` to `max` words joined by a space, the shortest length first. They are joined
  /// lazily, as there may be many.
  static List<String> ngrams(List<String> words, int min, int max) {
    return max == 1 ? words : new Ngrams(words, min, max);
  }

  private static final class Ngrams extends AbstractList<String> implements RandomAccess {
    private final List<String> words;

    /// The index of the first n-gram of each length from `min` on; last the total.
    private final int[] starts;

    private final int min;

    Ngrams(List<String> words, int min, int max) {
      this.words = words;
      this.min = min;
      starts = new int[max - min + 2];
      for (int n = min; n <= max; n++) {
        starts[n - min + 1] = Math.addExact(starts[n - min], Math.max(0, words.size() - n + 1));
      }
    }

    @Override
    public int size() {
      return starts[starts.length - 1];
    }

    @Override
    public String get(int index) {
      Objects.checkIndex(index, size());
      int length = 0;
      while (index >= starts[length + 1]) {
        length++;
      }
      int from = index - starts[length];
      return min + length == 1
          ? words.get(from)
          : String.join(" ", words.subList(from, from + min + length));
    }
  }
}
