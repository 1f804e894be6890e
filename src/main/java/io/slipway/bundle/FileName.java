package io.slipway.bundle;

/// A file of the bundle, named by a step as `{"file": "…"}`.
public record FileName(String file) {}
