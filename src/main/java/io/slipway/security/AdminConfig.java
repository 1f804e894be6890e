package io.slipway.security;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/// The administrator's key that the operator configures: for the first access, and for recovery.
@ConfigMapping(prefix = "slipway.admin")
interface AdminConfig {
  /// The key itself (`SLIPWAY_ADMIN_KEY`), at least 32 characters.
  Optional<String> key();

  /// A file with the key (`SLIPWAY_ADMIN_KEY_FILE`), as orchestrators mount secrets.
  Optional<Path> keyFile();
}
