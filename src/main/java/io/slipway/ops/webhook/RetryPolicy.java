package io.slipway.ops.webhook;

import java.time.Duration;

/// How long is waited for a receiver.
///
/// @param timeout of one try, from the connection to the status
/// @param giveUp how old an event becomes before it is not tried any more
/// @param backoff from a try that has failed to the next
record RetryPolicy(Duration timeout, Duration giveUp, Backoff backoff) {}
