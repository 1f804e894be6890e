package io.slipway.bundle;

import java.util.List;

/// A list of strings that a step needs: in the manifest, or in a file with one UTF-8 line an entry.
public sealed interface TextList {
  record Inline(List<String> values) implements TextList {
    public Inline {
      values = List.copyOf(values);
    }
  }

  record InFile(String file) implements TextList {}
}
