package io.slipway.registry.tracking;

import java.util.Map;

/// A group of runs.
///
/// @param createdMs milliseconds, as all times of tracking
public record Experiment(
    long id,
    String name,
    String artifactLocation,
    boolean deleted,
    long createdMs,
    long updatedMs,
    Map<String, String> tags) {}
