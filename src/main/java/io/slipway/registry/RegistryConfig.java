package io.slipway.registry;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// The limits of uploads and transactions, and how long unneeded data is kept.
@ConfigMapping(prefix = "slipway.registry")
public interface RegistryConfig {
  /// The largest upload.
  @WithDefault("4G")
  MemorySize maxUpload();

  /// The disk space that uploads must leave free.
  @WithDefault("64M")
  MemorySize reserve();

  /// How long an upload in parts is kept after its last part.
  @WithDefault("24h")
  Duration uploadPatience();

  /// The time limit of a call, other than uploads, downloads and what works through the whole
  /// registry; there it is the limit of each transaction.
  @WithDefault("5s")
  Duration deadline();

  /// The same limit for a rollback.
  @WithDefault("2s")
  Duration rollbackDeadline();

  /// How long the archive of a deleted version is kept.
  @WithDefault("24h")
  Duration grace();

  /// How long events are kept, for listeners that reconnect and for webhooks.
  @WithDefault("7d")
  Duration events();

  /// The most events that are kept, newest first.
  @WithDefault("100000")
  long eventsAtMost();
}
