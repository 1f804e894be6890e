package io.slipway.ops.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The secret shared with a receiver, who verifies by it that a message is ours and unchanged.
/// Signatures are those of Standard Webhooks, version 1.
final class SigningSecret {
  private static final String PREFIX = "whsec_";
  private static final int SHORTEST = 24;
  private static final int LONGEST = 64;
  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] key;

  private SigningSecret(byte[] key) {
    this.key = key;
  }

  /// @throws IllegalArgumentException where `text` is invalid; the message does not repeat it
  static SigningSecret of(String text) {
    if (text.startsWith(PREFIX)) {
      try {
        byte[] key = Base64.getDecoder().decode(text.substring(PREFIX.length()));
        if (key.length >= SHORTEST && key.length <= LONGEST) {
          return new SigningSecret(key);
        }
      } catch (IllegalArgumentException e) {
        // The original message would reveal a part of the secret.
      }
    }
    throw new IllegalArgumentException("not a webhook secret");
  }

  /// @param timestamp of this try, in seconds
  /// @return the value of the header `webhook-signature`
  String sign(String id, long timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "a secret";
  }
}
