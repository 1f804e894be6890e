package io.slipway.serving.run;

/// Where the time of one call went, in nanoseconds.
///
/// @param queue from the arrival of the whole object to the begin of the work
/// @param decode from bytes to valid business objects
/// @param preprocess from objects to tensors
/// @param inference the model
/// @param postprocess from tensors to decisions
public record Timings(long queue, long decode, long preprocess, long inference, long postprocess) {}
