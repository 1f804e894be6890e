package io.slipway.pipeline.frame;

/// A column with its place in the [Frame].
///
/// @param slot an index into the numbers (scalar types) or into the objects (all other types)
public record Column(String name, ColumnType type, int slot) {}
