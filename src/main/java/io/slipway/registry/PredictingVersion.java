package io.slipway.registry;

import java.util.List;

/// The version that a prediction id refers to, even if deleted.
///
/// @param deleted whether the version or its model is deleted
/// @param labels of its output, in the order of their indices; empty if it has none
public record PredictingVersion(String model, int number, boolean deleted, List<String> labels) {}
