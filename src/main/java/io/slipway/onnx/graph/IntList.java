package io.slipway.onnx.graph;

import java.util.Arrays;

/// A growing list of 32-bit integers with a size limit.
final class IntList {
  private final int most;
  private int[] values = {};
  private int size;
  private boolean faulty;

  /// @param most the limit, beyond which values are dropped and the list is [#faulty]
  IntList(int most) {
    this.most = most;
  }

  void add(long value) {
    if (size == most || value != (int) value) {
      faulty = true;
      return;
    }
    if (size == values.length) {
      values = Arrays.copyOf(values, (int) Math.min(most, Math.max(64L, size * 2L)));
    }
    values[size++] = (int) value;
  }

  int get(int index) {
    return values[index];
  }

  int size() {
    return size;
  }

  /// Whether a value did not fit into 32 bits, or the limit was exceeded.
  boolean faulty() {
    return faulty;
  }
}
