package io.slipway.console;

import io.slipway.registry.AuditEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The history, newest first.
///
/// @param model whose it is; null for all
/// @param older the address of older entries; null where there are none
public record AuditPage(@Nullable String model, List<AuditEntry> entries, @Nullable String older) {}
