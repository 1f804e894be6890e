package io.slipway.onnx.confinement;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What a process may still do once it is locked in.
///
/// @param work where it may write, and nowhere else
/// @param readable folders and files that it may read besides, those of the system left out
/// @param processorTime of all its threads together
/// @param memoryBytes what it may have written or may write to, mapped files left out
public record ConfinementBounds(
    Path work, List<Path> readable, Duration processorTime, long memoryBytes) {}
