package io.slipway.registry;

import java.time.Instant;

/// The counts of a version's objects between two times.
///
/// @param version the row id of the version
/// @param stratum `calls` or `batches`
/// @param endedAt decides to which window they belong
/// @param rows the objects that were counted
/// @param cells the counts, in a form that only their owner reads
public record MonitoringCounts(
    long version, String stratum, Instant beganAt, Instant endedAt, long rows, byte[] cells) {}
