package io.slipway.registry;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// What uploads may take, and how long what nobody needs is kept.
@ConfigMapping(prefix = "slipway.registry")
public interface RegistryConfig {
  /// The largest upload.
  @WithDefault("4G")
  MemorySize maxUpload();

  /// What uploads leave free of the disk.
  @WithDefault("64M")
  MemorySize reserve();

  /// How long an upload in parts is kept after its last part.
  @WithDefault("24h")
  Duration uploadPatience();

  /// How long a transaction may take; the two of a promotion share it.
  @WithDefault("5s")
  Duration deadline();

  /// The same for a rollback.
  @WithDefault("2s")
  Duration rollbackDeadline();

  /// How long the archive of a deleted version stays.
  @WithDefault("24h")
  Duration grace();
}
