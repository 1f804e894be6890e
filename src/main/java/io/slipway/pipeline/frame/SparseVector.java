package io.slipway.pipeline.frame;

/// A mostly zero vector: `values[i]` at `indices[i]` for i < `count`. Indices are distinct and
/// unordered.
public record SparseVector(int length, int[] indices, double[] values, int count) {}
