package io.slipway.signing;

import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The trusted signers: keys with names, and authorities whose certificates name the signer.
/// Immutable; works offline.
public final class Trust {
  private final Map<String, ECPublicKey> keys;
  private final Authorities authorities;

  private Trust(Map<String, ECPublicKey> keys, Authorities authorities) {
    this.keys = keys;
    this.authorities = authorities;
  }

  /// @param keys files of public keys; the signer's name is the file's name without its ending
  /// @param authorities files with certificates of authorities, or of signers themselves
  /// @param names the accepted names in certificates, with `*` for any text
  /// @throws UnusableKey with the name of the unusable file
  public static Trust of(List<Path> keys, List<Path> authorities, List<String> names) {
    Map<String, ECPublicKey> named = new LinkedHashMap<>();
    for (Path file : keys) {
      String name = String.valueOf(file.getFileName()).replaceFirst("[.][A-Za-z]+$", "");
      if (named.put(name, Pem.publicKey(file)) != null) {
        throw new UnusableKey("two trusted keys have the name " + name);
      }
    }
    List<X509Certificate> anchors = new ArrayList<>();
    authorities.forEach(file -> anchors.addAll(Pem.certificates(file)));
    return new Trust(named, new Authorities(anchors, names));
  }

  /// Whether no signer is trusted.
  public boolean isEmpty() {
    return keys.isEmpty() && authorities.isEmpty();
  }

  /// Verifies the signature of `contents`.
  ///
  /// @param file the signature
  /// @param where its name, for findings
  /// @param strict whether the signature must cover every file, even those that it ignores
  /// @throws InvalidBundle where the signature is invalid, its signer is not trusted, or the files
  ///      differ from the signed ones, with every difference
  public Signer verify(byte[] file, String where, Contents contents, boolean strict, Instant now) {
    SignatureFile signature = SignatureFile.read(file, where);
    Signer signer =
        switch (signature.evidence()) {
          case Evidence.Key key -> byKey(signature, key, where);
          case Evidence.Certificates(List<X509Certificate> chain) ->
              byCertificate(signature, chain, where, now);
          case Evidence.Keyless() ->
              throw Authorities.unknown(
                  where,
                  "was made by Sigstore's keyless signing, which needs a public log to verify: sign"
                      + " with a key or a certificate");
        };
    List<Finding> differences =
        contents.differences(Statement.read(signature.payload(), where), strict);
    if (!differences.isEmpty()) {
      throw new InvalidBundle(differences);
    }
    return signer;
  }

  /// The hint only tells which key to try first; a valid signature is what counts.
  private Signer byKey(SignatureFile signature, Evidence.Key key, String where) {
    String hinted = null;
    for (Map.Entry<String, ECPublicKey> trusted : keys.entrySet()) {
      if (holds(signature, trusted.getValue())) {
        return new Signer(trusted.getKey(), Signer.Method.KEY);
      }
      if (SigningKey.fingerprint(trusted.getValue()).equals(key.hint())) {
        hinted = trusted.getKey();
      }
    }
    throw hinted == null
        ? Authorities.unknown(where, "is by no key that is trusted here")
        : SignatureFile.bad(
            where, "names the key " + hinted + ", but was not made by it, or was changed since");
  }

  private Signer byCertificate(
      SignatureFile signature, List<X509Certificate> chain, String where, Instant now) {
    X509Certificate leaf = chain.getFirst();
    PublicKey key = leaf.getPublicKey();
    if (!(key instanceof ECPublicKey curved) || !holds(signature, curved)) {
      throw SignatureFile.bad(
          where, "was not made by the key of its certificate, or was changed since");
    }
    return new Signer(authorities.name(chain, where, now), Signer.Method.CERTIFICATE);
  }

  private static boolean holds(SignatureFile file, ECPublicKey key) {
    Curve curve = Curve.of(key).orElse(null);
    if (curve == null) {
      return false;
    }
    try {
      Signature signature = Signature.getInstance(curve.algorithm());
      signature.initVerify(key);
      signature.update(file.signedBytes());
      return signature.verify(file.signature());
    } catch (SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + curve.algorithm(), e);
    }
  }
}
