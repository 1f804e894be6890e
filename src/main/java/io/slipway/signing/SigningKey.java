package io.slipway.signing;

import io.slipway.bundle.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A key for signing, optionally with the certificate of its holder.
public final class SigningKey {
  private final PrivateKeyFile.Pair pair;
  private final Evidence evidence;

  private SigningKey(PrivateKeyFile.Pair pair, Evidence evidence) {
    this.pair = pair;
    this.evidence = evidence;
  }

  /// @param key the file of the private key, not encrypted
  /// @param certificates the holder's first, followed by those of its authorities; null: none
  /// @throws UnusableKey where a file has wrong content, or the two do not match
  public static SigningKey of(Path key, @Nullable Path certificates) {
    PrivateKeyFile.Pair pair = PrivateKeyFile.read(key);
    if (certificates == null) {
      return new SigningKey(pair, new Evidence.Key(fingerprint(pair.open())));
    }
    List<X509Certificate> chain = Pem.certificates(certificates);
    if (!chain.getFirst().getPublicKey().equals(pair.open())) {
      throw new UnusableKey("the first certificate of " + certificates + " does not match " + key);
    }
    return new SigningKey(pair, new Evidence.Certificates(chain));
  }

  /// The identifier of a key in signatures: SHA-256 of its PEM text.
  static String fingerprint(java.security.PublicKey key) {
    return Digest.of(Pem.text(key).getBytes(StandardCharsets.UTF_8)).hex();
  }

  /// Signs `contents`.
  ///
  /// @return the content of the signature file
  public byte[] sign(Contents contents) {
    byte[] payload = new Statement(contents.name(), contents.files(), contents.ignored()).write();
    byte[] signed = SignatureFile.signedBytes(payload);
    String algorithm =
        Curve.of(pair.open()).orElseThrow(() -> new UnusableKey("not a curve")).algorithm();
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(pair.secret());
      signature.update(signed);
      byte[] value = signature.sign();
      signature.initVerify(pair.open());
      signature.update(signed);
      if (!signature.verify(value)) {
        throw new UnusableKey("the file's public key does not match its private key");
      }
      return new SignatureFile(evidence, payload, value).write();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }
}
