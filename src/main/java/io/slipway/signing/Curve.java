package io.slipway.signing;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Arrays;
import java.util.Optional;

/// The elliptic curves of the format, each with its hash.
enum Curve {
  P256("secp256r1", "SHA256withECDSA"),
  P384("secp384r1", "SHA384withECDSA"),
  P521("secp521r1", "SHA512withECDSA");

  private final ECParameterSpec parameters;
  private final String algorithm;

  Curve(String standardName, String algorithm) {
    this.parameters = parameters(standardName);
    this.algorithm = algorithm;
  }

  /// The curve of `key`; empty where the format does not support it.
  static Optional<Curve> of(ECKey key) {
    ECParameterSpec its = key.getParams();
    return Arrays.stream(values())
        .filter(
            curve ->
                its.getCurve().equals(curve.parameters.getCurve())
                    && its.getGenerator().equals(curve.parameters.getGenerator()))
        .findFirst();
  }

  /// The name of the algorithm in [java.security.Signature].
  String algorithm() {
    return algorithm;
  }

  private static ECParameterSpec parameters(String standardName) {
    try {
      AlgorithmParameters all = AlgorithmParameters.getInstance("EC");
      all.init(new ECGenParameterSpec(standardName));
      return all.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + standardName, e);
    }
  }
}
