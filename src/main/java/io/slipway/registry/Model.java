package io.slipway.registry;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A model: a name, its versions and the pointers to them.
///
/// @param revision counts every change of a pointer, of the policy and of the description;
///       registering a version does not change it
/// @param latest the newest versions, newest first, at most [#LATEST]
/// @param versions how many there are
public record Model(
    String name,
    @Nullable String description,
    @Nullable String owner,
    Map<String, String> tags,
    Policy policy,
    long revision,
    Instant createdAt,
    List<Stage> stages,
    Map<String, Integer> aliases,
    List<ModelVersion> latest,
    int versions) {
  /// How many versions a model shows of itself.
  static final int LATEST = 5;
}
