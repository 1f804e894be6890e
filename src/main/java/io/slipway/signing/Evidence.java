package io.slipway.signing;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A signature's claim about the key that made it, not yet verified.
sealed interface Evidence {

  /// A bare key.
  ///
  /// @param hint the fingerprint of the key, in hexadecimal; null where it is not given
  record Key(@Nullable String hint) implements Evidence {}

  /// Certificates: the signer's first, followed by those of its authorities.
  record Certificates(List<X509Certificate> chain) implements Evidence {}

  /// A short-lived certificate and an entry in a public log (Sigstore's keyless signing).
  record Keyless() implements Evidence {}
}
