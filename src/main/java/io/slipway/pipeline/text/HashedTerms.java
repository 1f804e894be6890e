package io.slipway.pipeline.text;

import io.slipway.pipeline.frame.SparseVector;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Counts terms at hashed indices like scikit-learn's HashingVectorizer: MurmurHash3 (x86, 32 bits,
/// seed 0) of the UTF-8 bytes; the index is its absolute value modulo the length, and its sign is
/// that of the count where signs alternate. Immutable.
final class HashedTerms {
  /// The largest length: the vector becomes a dense tensor.
  static final int MAX_LENGTH = 1 << 24;

  private final int length;
  private final boolean alternateSign;
  private final Norm norm;

  HashedTerms(int length, boolean alternateSign, Norm norm) {
    this.length = length;
    this.alternateSign = alternateSign;
    this.norm = norm;
  }

  SparseVector of(List<String> terms) {
    // The sign is the lowest bit, so that both signs of an index are adjacent when sorted.
    int[] keys = new int[terms.size()];
    int count = 0;
    for (String term : terms) {
      int hash = murmur(term);
      keys[count++] = place(hash, length) << 1 | (hash < 0 && alternateSign ? 1 : 0);
    }
    Arrays.sort(keys, 0, count);
    double[] values = new double[count];
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      int place = keys[i] >> 1;
      int sign = (keys[i] & 1) == 0 ? 1 : -1; // read before the key's slot is overwritten
      if (distinct == 0 || keys[distinct - 1] != place) {
        keys[distinct++] = place;
      }
      values[distinct - 1] += sign;
    }
    norm.apply(values, distinct);
    return new SparseVector(length, keys, values, distinct);
  }

  static int place(int hash, int length) {
    // The only number without an absolute value.
    return (hash == Integer.MIN_VALUE ? Integer.MAX_VALUE - (length - 1) : Math.abs(hash)) % length;
  }

  /// MurmurHash3, x86, 32 bits, of the UTF-8 bytes of `term` with seed 0.
  static int murmur(String term) {
    for (int i = 0; i < term.length(); i++) {
      if (term.charAt(i) >= 128) {
        byte[] bytes = term.getBytes(StandardCharsets.UTF_8);
        return murmurOfBytes(new String(bytes, StandardCharsets.ISO_8859_1));
      }
    }
    return murmurOfBytes(term);
  }

  /// @param bytes one byte per character
  private static int murmurOfBytes(String bytes) {
    int length = bytes.length();
    int hash = 0;
    int at = 0;
    for (; at + 4 <= length; at += 4) {
      int block =
          bytes.charAt(at)
              | bytes.charAt(at + 1) << 8
              | bytes.charAt(at + 2) << 16
              | bytes.charAt(at + 3) << 24;
      hash = Integer.rotateLeft(hash ^ scramble(block), 13) * 5 + 0xe6546b64;
    }
    int rest = 0;
    for (int i = length - 1; i >= at; i--) {
      rest = rest << 8 | bytes.charAt(i);
    }
    hash ^= scramble(rest) ^ length;
    hash = (hash ^ hash >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }

  private static int scramble(int block) {
    return Integer.rotateLeft(block * 0xcc9e2d51, 15) * 0x1b873593;
  }
}
