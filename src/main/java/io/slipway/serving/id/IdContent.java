package io.slipway.serving.id;

/// What one prediction id says.
///
/// @param millis since 1970, of the prediction, by the clock of its replica
/// @param version the row of the model version in the registry; 0 where it was not known
/// @param replica the number that its replica had
/// @param count of the ids of one replica in one millisecond, from 0 on
public record IdContent(long millis, long version, int replica, int count, Decision decision) {}
