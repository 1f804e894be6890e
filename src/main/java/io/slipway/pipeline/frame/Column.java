package io.slipway.pipeline.frame;

import io.slipway.bundle.StrictJson;

/// A column with its place in the [Frame].
///
/// @param slot an index into the numbers (scalar types) or into the objects (all other types)
public record Column(String name, ColumnType type, int slot) {

  /// Where the object has the member that this column is called after.
  public String pointer() {
    return StrictJson.pointer(name);
  }
}
