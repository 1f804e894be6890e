package io.slipway.pipeline.object;

import java.util.List;

/// The objects of one request.
///
/// @param single whether the request was one object rather than `{"instances": […]}`
public record Batch(boolean single, List<Row> rows) {}
