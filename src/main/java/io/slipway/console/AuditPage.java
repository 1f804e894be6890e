package io.slipway.console;

import io.slipway.registry.AuditEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of the audit log, newest entry first.
///
/// @param model the only model to show; null for all
/// @param older the URL of the next page, with older entries; null on the last one
public record AuditPage(@Nullable String model, List<AuditEntry> entries, @Nullable String older) {}
