package io.slipway.console;

import io.slipway.registry.Model;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The form that creates or moves an alias.
///
/// @param alias its name; null for a new alias
/// @param version the version that it points to now; null for a new alias
/// @param numbers of the versions that it may point to, newest first
public record AliasPage(
    Model model, @Nullable String alias, @Nullable Integer version, List<Integer> numbers) {}
