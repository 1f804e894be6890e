package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Map;

/// What should be served of one model.
///
/// @param revision grows with every move
/// @param stages each with its version and the version before
/// @param aliases the versions that the aliases point to
/// @param versions by number: every version that a stage or an alias points to, and every
///     predecessor that a rollback could return to
@RegisterForReflection
public record Wanted(
    String model,
    long revision,
    List<Stage> stages,
    Map<String, Integer> aliases,
    Map<Integer, ModelVersion> versions) {}
