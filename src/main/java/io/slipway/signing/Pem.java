package io.slipway.signing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads keys and certificates in PEM format (RFC 7468). Text around the blocks is ignored.
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
  private static final int MOST_BYTES = 1 << 20;

  private Pem() {}

  /// One block; `label` follows `BEGIN`.
  record Block(String label, byte[] der) {}

  /// All blocks of `file`, at least one.
  ///
  /// @throws UnusableKey where there is none
  static List<Block> blocks(Path file) {
    String text;
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new UnusableKey(file + " is too large for keys or certificates");
      }
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UnusableKey(file + " cannot be read: " + e.getMessage());
    }
    List<Block> blocks = new ArrayList<>();
    for (Matcher found = BLOCK.matcher(text); found.find(); ) {
      try {
        blocks.add(new Block(found.group(1), Base64.getMimeDecoder().decode(found.group(2))));
      } catch (IllegalArgumentException e) {
        throw new UnusableKey(file + " has a block that is not Base64");
      }
    }
    if (blocks.isEmpty()) {
      throw new UnusableKey(file + " has no PEM block (-----BEGIN …-----)");
    }
    return blocks;
  }

  /// The public key in `file`, on a supported curve.
  static ECPublicKey publicKey(Path file) {
    for (Block block : blocks(file)) {
      if (block.label().equals("PUBLIC KEY")) {
        try {
          return supported(
              KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(block.der())),
              file.toString());
        } catch (GeneralSecurityException e) {
          throw new UnusableKey(
              file + " has no public key of an elliptic curve: " + e.getMessage());
        }
      }
    }
    throw new UnusableKey(file + " has no public key (-----BEGIN PUBLIC KEY-----)");
  }

  /// The certificates in `file` in their order, at least one.
  static List<X509Certificate> certificates(Path file) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks(file)) {
      if (block.label().equals("CERTIFICATE")) {
        try {
          certificates.add(certificate(block.der()));
        } catch (CertificateException e) {
          throw new UnusableKey(file + " has a certificate that cannot be read: " + e.getMessage());
        }
      }
    }
    if (certificates.isEmpty()) {
      throw new UnusableKey(file + " has no certificate (-----BEGIN CERTIFICATE-----)");
    }
    return certificates;
  }

  static X509Certificate certificate(byte[] der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  /// `key`, if the format supports it.
  static ECPublicKey supported(PublicKey key, String where) {
    if (key instanceof ECPublicKey curved && Curve.of(curved).isPresent()) {
      return curved;
    }
    throw new UnusableKey(where + ": keys must be on the curves P-256, P-384 or P-521");
  }

  /// `key` in PEM format, as other tools of the format write it: the input of its fingerprint.
  static String text(PublicKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }
}
