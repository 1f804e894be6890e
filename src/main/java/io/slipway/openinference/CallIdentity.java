package io.slipway.openinference;

import io.grpc.Context;
import io.slipway.security.Identity;
import io.slipway.security.gate.Standing;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The identity and the routing key of the caller of the current gRPC call.
final class CallIdentity {
  private static final Context.Key<Identity> CALLER = Context.key("slipway-caller");
  private static final Context.Key<Supplier<Standing>> STANDING = Context.key("slipway-standing");
  private static final Context.Key<String> ROUTING_KEY = Context.key("slipway-routing-key");

  private CallIdentity() {}

  /// A copy of `context` with the caller's identity and routing key.
  ///
  /// @param standing gives the caller's standing; only streams ask for it
  /// @param key see [io.slipway.serving.run.Choice#key]
  static Context in(
      Context context, Identity identity, Supplier<Standing> standing, @Nullable String key) {
    return context.withValues(CALLER, identity, STANDING, standing, ROUTING_KEY, key);
  }

  /// Whether what the caller has presented still holds. For an unknown caller it does not.
  static Standing standing() {
    Supplier<Standing> standing = STANDING.get();
    return standing == null ? () -> false : standing.get();
  }

  static @Nullable String routingKey() {
    return ROUTING_KEY.get();
  }

  static Identity current() {
    Identity identity = CALLER.get();
    return identity == null ? Identity.NOBODY : identity;
  }
}
