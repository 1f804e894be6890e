package io.slipway.serving.id;

/// The decoded content of a prediction id.
///
/// @param millis the time of the prediction since 1970, by the clock of its replica
/// @param version the version's row in the registry; 0 where it was unknown
/// @param replica the number of its replica
/// @param count the index among the ids of the replica in this millisecond, from 0
public record IdContent(long millis, long version, int replica, int count, Decision decision) {}
