package io.slipway.pipeline.text;

import io.slipway.pipeline.frame.SparseVector;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Weights the terms of a vocabulary by tf-idf like scikit-learn's TfidfVectorizer: terms outside
/// of the vocabulary are ignored; a text without known terms gives zeros. Immutable.
final class TermWeights {
  private final Map<String, Integer> indices;
  private final double[] idf;
  private final boolean sublinear;
  private final Norm norm;

  /// @param vocabulary distinct terms
  /// @param idf as many
  /// @param sublinear whether a term's frequency f counts as 1 + ln f
  TermWeights(List<String> vocabulary, double[] idf, boolean sublinear, Norm norm) {
    indices = HashMap.newHashMap(vocabulary.size());
    for (int i = 0; i < vocabulary.size(); i++) {
      indices.put(vocabulary.get(i), i);
    }
    this.idf = idf;
    this.sublinear = sublinear;
    this.norm = norm;
  }

  SparseVector of(List<String> terms) {
    int[] found = new int[Math.min(terms.size(), 256)];
    int count = 0;
    for (String term : terms) {
      Integer index = indices.get(term);
      if (index != null) {
        found = count == found.length ? Arrays.copyOf(found, 2 * count) : found;
        found[count++] = index;
      }
    }
    Arrays.sort(found, 0, count);
    double[] values = new double[count];
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      if (distinct == 0 || found[distinct - 1] != found[i]) {
        found[distinct++] = found[i];
      }
      values[distinct - 1]++;
    }
    for (int i = 0; i < distinct; i++) {
      double frequency = sublinear ? Math.log(values[i]) + 1 : values[i];
      values[i] = frequency * idf[found[i]];
    }
    norm.apply(values, distinct);
    return new SparseVector(idf.length, found, values, distinct);
  }
}
