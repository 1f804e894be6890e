package io.slipway.pipeline.frame;

import io.slipway.bundle.StrictJson;

/// A column and its position in a [Frame].
///
/// @param slot an index into the numbers (scalar types) or into the objects (all other types)
public record Column(String name, ColumnType type, int slot) {

  /// The JSON pointer of the object's member with this column's name.
  public String pointer() {
    return StrictJson.pointer(name);
  }
}
