package io.slipway.serving.run;

/// The time of one call by phase, in nanoseconds.
///
/// @param queue from the arrival of the complete request to the start of the work
/// @param decode from bytes to valid business objects
/// @param preprocess from objects to tensors
/// @param inference the run of the model
/// @param postprocess from tensors to decisions
public record Timings(long queue, long decode, long preprocess, long inference, long postprocess) {}
