package io.slipway.security;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/// Programs that show a certificate when they connect (mutual TLS). Whose certificates are believed
/// at all is the trust store's to say (`quarkus.tls.trust-store…`).
@ConfigMapping(prefix = "slipway.certificates")
public interface CertificateConfig {
  /// Which certificate has which role: `name=role`. A name is the URI of a certificate's
  /// alternative names, else its common name. Without any, nobody is asked for a certificate.
  Optional<List<String>> roles();

  /// Which certificate is for which models: `name=model`, with `*`. Without any, all are for all.
  Optional<List<String>> models();
}
