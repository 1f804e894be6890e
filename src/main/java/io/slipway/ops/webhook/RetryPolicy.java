package io.slipway.ops.webhook;

import java.time.Duration;

/// The time limits of deliveries.
///
/// @param timeout of one try, from the connection to the status
/// @param giveUp the age at which an event is no longer tried
/// @param backoff the waits between tries
record RetryPolicy(Duration timeout, Duration giveUp, Backoff backoff) {}
