package io.slipway.console;

import io.slipway.registry.Model;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An alias that is to point somewhere.
///
/// @param alias null where it is a new one
/// @param version that it points to now; null where it is a new one
/// @param numbers of the versions that it may point to, newest first
public record AliasPage(
    Model model, @Nullable String alias, @Nullable Integer version, List<Integer> numbers) {}
