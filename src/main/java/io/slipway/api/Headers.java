package io.slipway.api;

import io.slipway.bundle.Digest;
import io.slipway.registry.Caller;
import io.slipway.registry.Refusal;
import io.slipway.security.Identity;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Parses the request headers of the registry's API.
public final class Headers {
  public static final String REPR_DIGEST = "Repr-Digest";
  public static final String REQUEST_ID = "X-Request-Id";
  public static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  public static final String RESPOND_ASYNC = "respond-async";

  private static final Pattern REVISION = Pattern.compile("\"([0-9]{1,18})\"|([0-9]{1,18})");
  private static final Pattern OTHER_TAG = Pattern.compile("(W/)?\"[^\"]*\"");
  private static final Pattern SHA256 =
      Pattern.compile("(?:^|,)\\s*sha-256\\s*=\\s*:([A-Za-z0-9+/=]*):");
  private static final Pattern SAFE_ID = Pattern.compile("[\\x21-\\x7e]{1,128}");

  private static final int SHOWN = 100;

  /// A revision that no model has.
  private static final long NEVER = -1;

  private Headers() {}

  public static String etag(long revision) {
    return "\"" + revision + "\"";
  }

  /// The revision of `If-Match`; null without one and for `*`.
  public static @Nullable Long ifMatch(HttpHeaders headers) {
    String value = headers.getHeaderString(HttpHeaders.IF_MATCH);
    if (value == null || value.strip().equals("*")) {
      return null;
    }
    Matcher revision = REVISION.matcher(value.strip());
    if (revision.matches()) {
      String digits = revision.group(1) != null ? revision.group(1) : revision.group(2);
      return Long.valueOf(digits);
    }
    if (OTHER_TAG.matcher(value.strip()).matches()) {
      return NEVER;
    }
    throw new Refusal.Malformed(
        "If-Match is one revision in quotes, as the ETag of the model gives it");
  }

  /// The value of `If-Match` if it is an entity tag that is not a revision; otherwise null.
  static @Nullable String foreignTag(HttpHeaders headers) {
    String value = headers.getHeaderString(HttpHeaders.IF_MATCH);
    String tag = value == null ? "" : value.strip();
    boolean foreign = OTHER_TAG.matcher(tag).matches() && !REVISION.matcher(tag).matches();
    return !foreign ? null : tag.length() > SHOWN ? tag.substring(0, SHOWN) + "…" : tag;
  }

  /// The SHA-256 of `Repr-Digest` (RFC 9530); null without one.
  public static @Nullable Digest reprDigest(HttpHeaders headers) {
    String value = headers.getHeaderString(REPR_DIGEST);
    if (value == null) {
      return null;
    }
    Matcher sha256 = SHA256.matcher(value);
    if (!sha256.find()) {
      throw new Refusal.Malformed("Repr-Digest must hold sha-256=:<base64>:");
    }
    try {
      return new Digest(HexFormat.of().formatHex(Base64.getDecoder().decode(sha256.group(1))));
    } catch (IllegalArgumentException e) {
      throw new Refusal.Malformed("Repr-Digest must hold 32 bytes in base64");
    }
  }

  /// Whether `Prefer` (RFC 7240) asks for an answer without waiting.
  public static boolean prefersAsync(HttpHeaders headers) {
    List<String> prefer = headers.getRequestHeader("Prefer");
    return prefer != null
        && prefer.stream()
            .flatMap(line -> Arrays.stream(line.split(",")))
            .anyMatch(token -> token.strip().equalsIgnoreCase(RESPOND_ASYNC));
  }

  /// The caller of the request, for the history. The request id is the first of these:
  /// `X-Request-Id`, `Idempotency-Key`, a new random one.
  public static Caller caller(HttpHeaders headers, Identity identity) {
    String id = headers.getHeaderString(REQUEST_ID);
    boolean usable = id != null && SAFE_ID.matcher(id).matches();
    String key = idempotencyKey(headers);
    return new Caller(
        identity.name(), usable ? id : key != null ? key : UUID.randomUUID().toString(), key);
  }

  private static @Nullable String idempotencyKey(HttpHeaders headers) {
    String key = headers.getHeaderString(IDEMPOTENCY_KEY);
    if (key != null && !SAFE_ID.matcher(key).matches()) {
      throw new Refusal.Malformed(
          "Idempotency-Key must be 1 to 128 visible ASCII characters without spaces");
    }
    return key;
  }
}
