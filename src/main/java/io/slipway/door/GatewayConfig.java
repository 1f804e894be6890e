package io.slipway.door;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// What the doors of predictions accept.
@ConfigMapping(prefix = "slipway.gateway")
public interface GatewayConfig {
  /// The largest body of JSON or text; mails and images have their bundle's own limit.
  @WithDefault("16M")
  MemorySize maxBody();

  /// The largest message of Open Inference, as it comes and inflated: tensors are larger than
  /// objects. That of gRPC is `quarkus.grpc.server.max-inbound-message-size`.
  @WithDefault("64M")
  MemorySize maxMessage();

  /// The most objects of one batch.
  @WithDefault("10000")
  int maxInstances();

  /// The longest line of a stream; where a mail or an image may be larger, that counts.
  @WithDefault("1M")
  MemorySize maxLine();

  /// The most lines of a stream that are predicted together.
  @WithDefault("64")
  int linesTogether();

  /// What all bodies that are being received or wait may occupy together; by default a quarter of
  /// the heap.
  Optional<MemorySize> maxBodies();

  /// How long the head of a request, to whatever door, may take to come: from when the connection
  /// was opened, or from the head's first bytes on one that is kept.
  @WithDefault("20s")
  Duration headTime();
}
