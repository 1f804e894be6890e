package io.slipway.bundle;

import java.util.List;

/// A list of numbers for a step: inline in the manifest, or in a file, as text with one number per
/// line or as `.npy`.
public sealed interface NumberList {
  record Inline(List<Double> values) implements NumberList {
    public Inline {
      values = List.copyOf(values);
    }
  }

  record InFile(String file) implements NumberList {}
}
