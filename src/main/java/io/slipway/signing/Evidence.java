package io.slipway.signing;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a signature says of the key that made it. Nothing of it is believed unproven.
sealed interface Evidence {

  /// A bare key.
  ///
  /// @param hint which one, in hexadecimal digits; null where the signer does not say
  record Key(@Nullable String hint) implements Evidence {}

  /// Certificates: the signer's first, then those of its authorities.
  record Certificates(List<X509Certificate> chain) implements Evidence {}

  /// A certificate of minutes and an entry in a public log (Sigstore's keyless way).
  record Keyless() implements Evidence {}
}
