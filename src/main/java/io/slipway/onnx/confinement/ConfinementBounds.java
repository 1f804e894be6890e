package io.slipway.onnx.confinement;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What a confined process may still do.
///
/// @param work the only folder where it may write
/// @param readable further folders and files that it may read, besides the system's
/// @param processorTime of all its threads together
/// @param memoryBytes of writable memory, without mapped files
public record ConfinementBounds(
    Path work, List<Path> readable, Duration processorTime, long memoryBytes) {}
