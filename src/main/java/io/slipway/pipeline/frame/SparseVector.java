package io.slipway.pipeline.frame;

/// A vector that is mostly zero: `values[i]` at `indices[i]` for i < `count`; indices are distinct,
/// in no order.
public record SparseVector(int length, int[] indices, double[] values, int count) {}
