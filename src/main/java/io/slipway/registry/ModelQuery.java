package io.slipway.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which models to list.
///
/// @param text found in the name, the description, the owner, the tags or the lineage of a version,
///       in any case
/// @param tags each `key=value` or `key`; all must hold
/// @param stage models that have something in that stage
/// @param names what a model may be called, with `*` for anything
/// @param limit 1 to [PageToken#MOST]
public record ModelQuery(
    @Nullable String text,
    List<String> tags,
    @Nullable String stage,
    List<String> names,
    @Nullable String pageToken,
    int limit) {
  /// Of every name.
  public static final List<String> ANY = List.of("*");
}
