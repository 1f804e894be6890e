package io.slipway.bundle;

/// A file of the bundle that a step refers to as `{"file": "…"}`.
public record FileName(String file) {}
