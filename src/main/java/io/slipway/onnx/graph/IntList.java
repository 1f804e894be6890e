package io.slipway.onnx.graph;

import java.util.Arrays;

/// A growing list of 32-bit integers, bounded in size.
final class IntList {
  private final int most;
  private int[] values = {};
  private int size;
  private boolean faulty;

  /// @param most beyond it, additions are dropped and the list is [#faulty]
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

  /// Whether something did not fit: one value in 32 bits, or all of them in the bound.
  boolean faulty() {
    return faulty;
  }
}
