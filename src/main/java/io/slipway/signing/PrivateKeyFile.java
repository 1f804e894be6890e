package io.slipway.signing;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A private key as OpenSSL writes it: PKCS #8 (`PRIVATE KEY`) or SEC 1 (`EC PRIVATE KEY`), not
/// encrypted. Java reads only the former, and returns the public key of neither, so this class
/// parses the few fields around it.
final class PrivateKeyFile {
  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;
  private static final int OCTETS = 0x04;
  private static final int BITS = 0x03;
  private static final int PARAMETERS = 0xa0;
  private static final int PUBLIC = 0xa1;
  private static final byte[] EC_ALGORITHM = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
  };

  private PrivateKeyFile() {}

  /// A private key with its public key.
  record Pair(ECPrivateKey secret, ECPublicKey open) {
    @Override
    public String toString() {
      return "Pair[of " + open + "]";
    }
  }

  /// @throws UnusableKey where `file` contains no such key
  static Pair read(Path file) {
    for (Pem.Block block : Pem.blocks(file)) {
      try {
        switch (block.label()) {
          case "PRIVATE KEY" -> {
            return pair(block.der(), sec1(block.der()), file);
          }
          case "EC PRIVATE KEY" -> {
            return pair(pkcs8(block.der()), block.der(), file);
          }
          case "ENCRYPTED PRIVATE KEY" ->
              throw new UnusableKey(
                  file + " is encrypted: decrypt it first (openssl pkcs8 -in FILE -out PLAIN)");
          default -> {
            // Parameters and certificates may precede it.
          }
        }
      } catch (GeneralSecurityException | IndexOutOfBoundsException e) {
        throw new UnusableKey(file + " has no private key of an elliptic curve");
      }
    }
    throw new UnusableKey(file + " has no private key (-----BEGIN PRIVATE KEY-----)");
  }

  private static Pair pair(byte[] pkcs8, byte[] sec1, Path file) throws GeneralSecurityException {
    KeyFactory keys = KeyFactory.getInstance("EC");
    if (!(keys.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)) instanceof ECPrivateKey secret)) {
      throw new UnusableKey(file + " has no private key of an elliptic curve");
    }
    byte[] point = point(sec1);
    if (point == null || point.length % 2 == 0 || point[0] != 4) {
      throw new UnusableKey(
          file
              + " lacks the public key that belongs to it; openssl pkey -in FILE -out NEW writes"
              + " both");
    }
    int half = point.length / 2;
    ECPoint at =
        new ECPoint(
            new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + half)),
            new BigInteger(1, Arrays.copyOfRange(point, 1 + half, point.length)));
    return new Pair(
        secret,
        Pem.supported(
            keys.generatePublic(new ECPublicKeySpec(at, secret.getParams())), file.toString()));
  }

  /// The SEC 1 structure inside a PKCS #8 structure.
  private static byte[] sec1(byte[] pkcs8) {
    Der key = new Der(pkcs8).inside(SEQUENCE);
    key.skip(INTEGER);
    key.skip(SEQUENCE);
    return key.content(OCTETS);
  }

  /// The public key of a SEC 1 structure; null where it has none.
  private static byte @Nullable [] point(byte[] sec1) {
    Der key = new Der(sec1).inside(SEQUENCE);
    key.skip(INTEGER);
    key.skip(OCTETS);
    if (key.next() == PARAMETERS) {
      key.skip(PARAMETERS);
    }
    if (key.next() != PUBLIC) {
      return null;
    }
    byte[] bits = key.inside(PUBLIC).content(BITS);
    return Arrays.copyOfRange(bits, 1, bits.length);
  }

  /// Wraps a SEC 1 structure, which names its curve, into PKCS #8.
  private static byte[] pkcs8(byte[] sec1) {
    Der key = new Der(sec1).inside(SEQUENCE);
    key.skip(INTEGER);
    key.skip(OCTETS);
    if (key.next() != PARAMETERS) {
      throw new UnusableKey("the private key does not name its curve");
    }
    byte[] curve = key.content(PARAMETERS);
    return Der.write(
        SEQUENCE,
        new byte[] {INTEGER, 1, 0},
        Der.write(SEQUENCE, EC_ALGORITHM, curve),
        Der.write(OCTETS, sec1));
  }

  /// A cursor over DER-encoded values.
  private static final class Der {
    private final byte[] bytes;
    private int at;

    Der(byte[] bytes) {
      this.bytes = bytes;
    }

    /// The tag of the next value; -1 at the end.
    int next() {
      return at < bytes.length ? bytes[at] & 0xff : -1;
    }

    void skip(int tag) {
      content(tag);
    }

    Der inside(int tag) {
      return new Der(content(tag));
    }

    /// The content of the next value.
    ///
    /// @throws IndexOutOfBoundsException where its tag is not `tag`
    byte[] content(int tag) {
      if (next() != tag) {
        throw new IndexOutOfBoundsException("another tag");
      }
      int length = bytes[at + 1] & 0xff;
      at += 2;
      if (length > 0x80) {
        int count = length & 0x7f;
        if (count > 3) {
          throw new IndexOutOfBoundsException("too long");
        }
        length = 0;
        for (int i = 0; i < count; i++) {
          length = length << 8 | bytes[at++] & 0xff;
        }
      }
      if (length > bytes.length - at) {
        throw new IndexOutOfBoundsException("beyond the end");
      }
      at += length;
      return Arrays.copyOfRange(bytes, at - length, at);
    }

    static byte[] write(int tag, byte[]... parts) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      for (byte[] part : parts) {
        content.writeBytes(part);
      }
      ByteArrayOutputStream value = new ByteArrayOutputStream();
      value.write(tag);
      int length = content.size();
      if (length >= 0x100) {
        value.write(0x82);
        value.write(length >> 8);
      } else if (length >= 0x80) {
        value.write(0x81);
      }
      value.write(length);
      value.writeBytes(content.toByteArray());
      return value.toByteArray();
    }
  }
}
