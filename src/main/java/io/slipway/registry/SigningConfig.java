package io.slipway.registry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The trusted signers of bundles. Read at the start.
@ConfigMapping(prefix = "slipway.signing")
public interface SigningConfig {
  /// Files of public keys (PEM). The signer's name is the file's name without its extension.
  Optional<List<Path>> keys();

  /// Files of certificates (PEM) of authorities that certify signers.
  Optional<List<Path>> authorities();

  /// The names of signers that authorities may certify, with `*` for any text; by default all.
  Optional<List<String>> names();

  /// Whether every bundle must be signed to be registered.
  @WithDefault("false")
  boolean required();
}
