package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Map;

/// What of one model is to be served.
///
/// @param revision grows with every move
/// @param stages each with the version that it points to and that version's predecessor
/// @param aliases the versions that labels point to
/// @param versions every version that a stage or an alias points to, and every predecessor that
///       could still be rolled back to, by number
@RegisterForReflection
public record Wanted(
    String model,
    long revision,
    List<Stage> stages,
    Map<String, Integer> aliases,
    Map<Integer, ModelVersion> versions) {}
