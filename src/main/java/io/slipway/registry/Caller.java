package io.slipway.registry;

import org.jspecify.annotations.Nullable;

/// Who asks for a change, for the audit.
///
/// @param actor a name, `anonymous` where nobody is known
/// @param requestId of the request that carried the call
public record Caller(String actor, @Nullable String requestId) {
  /// The process itself.
  public static final Caller SYSTEM = new Caller("system", null);
}
