package io.slipway.registry.tracking;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A search in MLflow's language.
///
/// @param filter comparisons joined by `AND`; empty: everything
/// @param orderBy what to order by, each with `ASC` or `DESC`
/// @param limit the most items of a page
public record Query(
    String filter, List<String> orderBy, int limit, @Nullable String pageToken, View view) {}
