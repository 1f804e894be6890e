package io.slipway.registry;

import java.util.List;

/// The version that a prediction id names, deleted or not.
///
/// @param deleted whether the registry shows it no more
/// @param labels of its output, in the order of their indices; none where it has no labels
public record PredictingVersion(String model, int number, boolean deleted, List<String> labels) {}
