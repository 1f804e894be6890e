package io.slipway.signing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.InvalidBundle;
import io.slipway.bundle.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A signature file: a Sigstore bundle around a DSSE envelope. Parsed as untrusted input, without
/// verification.
///
/// @param payload the signed bytes
/// @param signature over [#signedBytes]
record SignatureFile(Evidence evidence, byte[] payload, byte[] signature) {
  /// The size limit of the file, in bytes.
  static final int MOST_BYTES = 16 << 20;

  static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

  private static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  private static final int MOST_CERTIFICATES = 10;

  /// @param where the name of the file, for findings
  /// @throws InvalidBundle where `json` is not such a file
  static SignatureFile read(byte[] json, String where) {
    JsonNode root;
    try {
      if (json.length > MOST_BYTES) {
        throw new IOException("larger than " + MOST_BYTES + " bytes");
      }
      root = StrictJson.read(json);
    } catch (IOException e) {
      throw bad(where, "is not a signature: " + StrictJson.explain(e));
    }
    if (!root.path("mediaType").asText().equals(MEDIA_TYPE)) {
      throw bad(where, "is not of the media type " + MEDIA_TYPE);
    }
    JsonNode envelope = root.path("dsseEnvelope");
    if (!envelope.path("payloadType").asText().equals(PAYLOAD_TYPE)) {
      throw bad(where, "does not sign a statement of type " + PAYLOAD_TYPE);
    }
    if (envelope.path("signatures").size() != 1) {
      throw bad(where, "has " + envelope.path("signatures").size() + " signatures instead of one");
    }
    return new SignatureFile(
        evidence(root.path("verificationMaterial"), where),
        decoded(envelope.path("payload"), where),
        decoded(envelope.path("signatures").path(0).path("sig"), where));
  }

  /// The bytes that the signature covers: the type and the payload, each with its length (DSSE's
  /// pre-authentication encoding).
  byte[] signedBytes() {
    return signedBytes(payload);
  }

  static byte[] signedBytes(byte[] payload) {
    byte[] head =
        ("DSSEv1 " + PAYLOAD_TYPE.length() + " " + PAYLOAD_TYPE + " " + payload.length + " ")
            .getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[head.length + payload.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(payload, 0, all, head.length, payload.length);
    return all;
  }

  byte[] write() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("mediaType", MEDIA_TYPE);
    ObjectNode material = root.putObject("verificationMaterial");
    switch (evidence) {
      case Evidence.Key(String hint) -> material.putObject("publicKey").put("hint", hint);
      case Evidence.Certificates(List<X509Certificate> chain) -> {
        ArrayNode list = material.putObject("x509CertificateChain").putArray("certificates");
        chain.forEach(each -> list.addObject().put("rawBytes", encoded(der(each))));
      }
      case Evidence.Keyless() -> throw new IllegalStateException("nothing signs so here");
    }
    material.putArray("tlogEntries");
    ObjectNode envelope = root.putObject("dsseEnvelope");
    envelope.put("payload", encoded(payload)).put("payloadType", PAYLOAD_TYPE);
    envelope.putArray("signatures").addObject().put("sig", encoded(signature)).put("keyid", "");
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static Evidence evidence(JsonNode material, String where) {
    if (material.path("certificate").isObject()) {
      return new Evidence.Keyless();
    }
    JsonNode chain = material.path("x509CertificateChain").path("certificates");
    if (chain.isArray()) {
      if (chain.isEmpty() || chain.size() > MOST_CERTIFICATES) {
        throw bad(where, "has no certificate, or more than " + MOST_CERTIFICATES);
      }
      List<X509Certificate> certificates = new ArrayList<>();
      for (JsonNode each : chain) {
        try {
          certificates.add(Pem.certificate(decoded(each.path("rawBytes"), where)));
        } catch (CertificateException e) {
          throw bad(where, "has a certificate that can't be read");
        }
      }
      return new Evidence.Certificates(List.copyOf(certificates));
    }
    JsonNode key = material.path("publicKey");
    if (!key.isObject()) {
      throw bad(where, "does not name the key or certificate that made it");
    }
    return new Evidence.Key(hint(key));
  }

  private static @Nullable String hint(JsonNode key) {
    return key.path("hint").isTextual() ? key.path("hint").textValue() : null;
  }

  private static byte[] decoded(JsonNode text, String where) {
    try {
      if (text.isTextual() && !text.textValue().isEmpty()) {
        return Base64.getDecoder().decode(text.textValue());
      }
    } catch (IllegalArgumentException e) {
      // Reported below.
    }
    throw bad(where, "lacks a required value in Base64");
  }

  private static String encoded(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("it was read from there", e);
    }
  }

  static InvalidBundle bad(String where, String why) {
    return new InvalidBundle("bad_signature", where, where + " " + why);
  }
}
