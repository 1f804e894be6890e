package io.slipway.security;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/// The configuration of client certificates (mutual TLS). Which certificates are trusted at all is
/// set by the trust store (`quarkus.tls.trust-store…`).
@ConfigMapping(prefix = "slipway.certificates")
public interface CertificateConfig {
  /// The roles of certificates: `name=role`. The name is the URI in a certificate's alternative
  /// names, otherwise its common name. Without entries no client certificate is requested.
  Optional<List<String>> roles();

  /// The models of certificates: `name=model`, with `*`. Without entries all are for all models.
  Optional<List<String>> models();
}
