package io.slipway.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which models to list.
///
/// @param text found in the name, the display name, the description, the owner, the tags or the
///     lineage of a version, ignoring case; null for all models
/// @param tags each `key=value` or `key`; all must match
/// @param stage only models with a version in this stage
/// @param names patterns of model names, with `*` for any text; one of them must match
/// @param limit 1 to [PageToken#MOST]
public record ModelQuery(
    @Nullable String text,
    List<String> tags,
    @Nullable String stage,
    List<String> names,
    @Nullable String pageToken,
    int limit) {
  /// Matches every name.
  public static final List<String> ANY = List.of("*");
}
