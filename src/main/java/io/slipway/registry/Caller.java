package io.slipway.registry;

import org.jspecify.annotations.Nullable;

/// Who asks for a change, for the audit.
///
/// @param actor a name, `anonymous` where nobody is known
/// @param requestId of the request that carried the call
/// @param key the request's `Idempotency-Key`: a move that was done for it is not done again
public record Caller(String actor, @Nullable String requestId, @Nullable String key) {
  /// The process itself.
  public static final Caller SYSTEM = new Caller("system", null);

  public Caller(String actor, @Nullable String requestId) {
    this(actor, requestId, null);
  }
}
