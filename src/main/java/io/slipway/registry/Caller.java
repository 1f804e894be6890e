package io.slipway.registry;

import org.jspecify.annotations.Nullable;

/// The caller of a change, as recorded in the history.
///
/// @param actor a name; `anonymous` if the caller is unknown
/// @param requestId the id of the HTTP request; null if there is none
/// @param key the request's `Idempotency-Key`: a move is made once for each key
public record Caller(String actor, @Nullable String requestId, @Nullable String key) {
  /// The process itself.
  public static final Caller SYSTEM = new Caller("system", null);

  public Caller(String actor, @Nullable String requestId) {
    this(actor, requestId, null);
  }
}
