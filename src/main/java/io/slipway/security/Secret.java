package io.slipway.security;

import io.slipway.bundle.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A key as its holder has it: `slp_<id>_<secret>`, where the secret is 256 random bits in URL-safe
/// base64. Only a SHA-256 of the secret is kept: a slow hash protects what can be guessed, and this
/// can't be; it would make each call slow instead.
///
/// @param id which key it is; no secret
record Secret(String id, String secret) {
  static final String PREFIX = "slp_";

  private static final int ID_CHARS = 12;
  private static final int BYTES = 32;
  private static final int SECRET_CHARS = 43;
  private static final int LENGTH = PREFIX.length() + ID_CHARS + 1 + SECRET_CHARS;
  private static final String ID_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
  private static final SecureRandom RANDOM = new SecureRandom();

  /// A new one.
  static Secret random() {
    StringBuilder id = new StringBuilder(ID_CHARS);
    for (int i = 0; i < ID_CHARS; i++) {
      id.append(ID_ALPHABET.charAt(RANDOM.nextInt(ID_ALPHABET.length())));
    }
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return new Secret(id.toString(), Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /// What was presented; null where it is no key of this form.
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

  /// Whether `text` has the SHA-256 `hash`; takes as long whichever byte differs.
  static boolean matches(String text, byte[] hash) {
    byte[] presented = Digest.sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    return MessageDigest.isEqual(presented, hash);
  }

  /// The key whole: shown once, to whom it is made for.
  String reveal() {
    return PREFIX + id + "_" + secret;
  }

  /// Never the secret.
  @Override
  public String toString() {
    return PREFIX + id + "_…";
  }
}
