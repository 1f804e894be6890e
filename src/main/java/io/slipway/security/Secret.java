package io.slipway.security;

import io.slipway.bundle.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A key as its holder has it: `slp_<id>_<secret>`, where the secret is 256 random bits in URL-safe
/// base64. Only a SHA-256 of the secret is stored. A slow hash would protect secrets that can be
/// guessed, which this cannot, and would slow down every call.
///
/// @param id of the key; not secret
record Secret(String id, String secret) {
  static final String PREFIX = "slp_";

  private static final int ID_CHARS = 12;
  private static final int BYTES = 32;
  private static final int SECRET_CHARS = 43;
  private static final int LENGTH = PREFIX.length() + ID_CHARS + 1 + SECRET_CHARS;
  private static final String ID_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
  private static final SecureRandom RANDOM = new SecureRandom();

  /// A new random key.
  static Secret random() {
    StringBuilder id = new StringBuilder(ID_CHARS);
    for (int i = 0; i < ID_CHARS; i++) {
      id.append(ID_ALPHABET.charAt(RANDOM.nextInt(ID_ALPHABET.length())));
    }
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return new Secret(id.toString(), Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /// The presented key; null where it does not have this form.
  static @Nullable Secret parse(String presented) {
    int end = PREFIX.length() + ID_CHARS;
    if (presented.length() != LENGTH
        || !presented.startsWith(PREFIX)
        || presented.charAt(end) != '_') {
      return null;
    }
    return new Secret(presented.substring(PREFIX.length(), end), presented.substring(end + 1));
  }

  Digest hash() {
    return Digest.of(secret.getBytes(StandardCharsets.UTF_8));
  }

  /// Whether `text` has the SHA-256 `hash`; in constant time.
  static boolean matches(String text, byte[] hash) {
    byte[] presented = Digest.sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    return MessageDigest.isEqual(presented, hash);
  }

  /// The complete key, shown once to its creator.
  String reveal() {
    return PREFIX + id + "_" + secret;
  }

  /// Omits the secret.
  @Override
  public String toString() {
    return PREFIX + id + "_…";
  }
}
