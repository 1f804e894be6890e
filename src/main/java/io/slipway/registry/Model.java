package io.slipway.registry;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A model: a name, its versions, and the stages and aliases that point to them.
///
/// @param displayName a name for people, unique; null if it has none
/// @param revision incremented by every change except the registration of a version
/// @param latest the newest versions, newest first, at most [#LATEST]
/// @param versions the number of versions
public record Model(
    String name,
    @Nullable String displayName,
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
  /// The most versions in `latest`.
  static final int LATEST = 5;
}
