package io.slipway.door;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// The configuration of the predict APIs: limits of their requests.
@ConfigMapping(prefix = "slipway.gateway")
public interface GatewayConfig {
  /// The largest body of JSON or text; mails and images are limited by their bundle.
  @WithDefault("16M")
  MemorySize maxBody();

  /// The largest request of Open Inference over REST, compressed or not: tensors are larger than
  /// objects. For gRPC it is `quarkus.grpc.server.max-inbound-message-size`.
  @WithDefault("64M")
  MemorySize maxMessage();

  /// The most objects in a batch request.
  @WithDefault("10000")
  int maxInstances();

  /// The longest line of a stream; a larger limit of the bundle for mails or images takes
  /// precedence.
  @WithDefault("1M")
  MemorySize maxLine();

  /// The most lines of a stream that are predicted in one call.
  @WithDefault("64")
  int linesTogether();

  /// The memory for all request bodies being received, queued or processed; by default a quarter
  /// of the heap.
  Optional<MemorySize> maxBodies();

  /// How long the head of any request may take to arrive: from the opening of the connection, or
  /// from the head's first bytes on a connection that is reused.
  @WithDefault("20s")
  Duration headTime();

  /// Whether a proxy sets `X-Forwarded-Prefix`, or removes it, on every request: the path below
  /// which it publishes this service.
  @WithDefault("false")
  boolean forwardedPrefix();
}
