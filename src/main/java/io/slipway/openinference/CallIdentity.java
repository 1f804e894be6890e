package io.slipway.openinference;

import io.grpc.Context;
import io.slipway.security.Identity;
import org.jspecify.annotations.Nullable;

/// Who makes the present call over gRPC, and what he wants to be told apart by.
final class CallIdentity {
  private static final Context.Key<Identity> CALLER = Context.key("slipway-caller");
  private static final Context.Key<String> ROUTING_KEY = Context.key("slipway-routing-key");

  private CallIdentity() {}

  /// `context`, in which `identity` calls.
  ///
  /// @param key see [io.slipway.serving.run.Choice#key]
  static Context in(Context context, Identity identity, @Nullable String key) {
    return context.withValues(CALLER, identity, ROUTING_KEY, key);
  }

  static @Nullable String routingKey() {
    return ROUTING_KEY.get();
  }

  static Identity current() {
    Identity identity = CALLER.get();
    return identity == null ? Identity.NOBODY : identity;
  }
}
