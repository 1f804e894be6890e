package io.slipway.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which models to list.
///
/// @param text found in the name, the description, the owner, the tags or the lineage of a version,
///       in any case
/// @param tags each `key=value` or `key`; all must hold
/// @param stage models that have something in that stage
/// @param limit 1 to [PageToken#MOST]
public record ModelQuery(
    @Nullable String text,
    List<String> tags,
    @Nullable String stage,
    @Nullable String pageToken,
    int limit) {}
