package io.slipway.bundle;

import java.util.List;

/// A list of strings for a step: inline in the manifest, or in a UTF-8 file with one entry per
/// line.
public sealed interface TextList {
  record Inline(List<String> values) implements TextList {
    public Inline {
      values = List.copyOf(values);
    }
  }

  record InFile(String file) implements TextList {}
}
