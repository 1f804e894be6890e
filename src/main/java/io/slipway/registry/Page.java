package io.slipway.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One page of a list.
///
/// @param nextPageToken requests the next page; null on the last page
public record Page<T>(List<T> items, @Nullable String nextPageToken) {}
