package io.slipway.registry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Whose signatures of bundles count. Read at the start.
@ConfigMapping(prefix = "slipway.signing")
public interface SigningConfig {
  /// Files of public keys (PEM); the signer's name is the file's without its ending.
  Optional<List<Path>> keys();

  /// Files of certificates (PEM) of authorities that vouch for signers.
  Optional<List<Path>> authorities();

  /// The names that may sign by an authority's word, with `*` for any text; all by default.
  Optional<List<String>> names();

  /// Whether every bundle that is registered must be signed.
  @WithDefault("false")
  boolean required();
}
