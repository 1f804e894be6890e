package io.slipway.bundle;

import java.util.List;

/// A list of numbers that a step needs: in the manifest, or in a file, either text with one number
/// a line or `.npy`.
public sealed interface NumberList {
  record Inline(List<Double> values) implements NumberList {
    public Inline {
      values = List.copyOf(values);
    }
  }

  record InFile(String file) implements NumberList {}
}
