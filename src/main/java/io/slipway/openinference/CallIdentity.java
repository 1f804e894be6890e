package io.slipway.openinference;

import io.grpc.Context;
import io.slipway.security.Identity;

/// Who makes the present call over gRPC.
final class CallIdentity {
  private static final Context.Key<Identity> CALLER = Context.key("slipway-caller");

  private CallIdentity() {}

  /// `context`, in which `identity` calls.
  static Context in(Context context, Identity identity) {
    return context.withValue(CALLER, identity);
  }

  static Identity current() {
    Identity identity = CALLER.get();
    return identity == null ? Identity.NOBODY : identity;
  }
}
