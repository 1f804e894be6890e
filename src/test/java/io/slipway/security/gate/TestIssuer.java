package io.slipway.security.gate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/// An issuer of OpenID Connect: discovery, keys, and the authorization code flow with PKCE and
/// nonce, which it insists on. What a token says is the test's to choose.
final class TestIssuer implements AutoCloseable {
  static final String CLIENT = "slipway";
  static final String SECRET = "a-secret-of-the-tests-0123456789abcdef";

  private static final ObjectMapper JSON = new ObjectMapper();

  /// A code that was given out, and what must be shown for it.
  private record Grant(String challenge, String nonce, List<String> groups) {}

  private final HttpServer server;
  private final AtomicInteger number = new AtomicInteger();
  private final Map<String, Grant> grants = new ConcurrentHashMap<>();
  private volatile RsaJsonWebKey key;

  /// @param port 0: any
  TestIssuer(int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    rotate();
    server.createContext("/realm/.well-known/openid-configuration", this::discovery);
    server.createContext("/realm/keys", this::keys);
    server.createContext("/realm/token", this::token);
    server.start();
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort() + "/realm";
  }

  int port() {
    return server.getAddress().getPort();
  }

  /// A new key in the place of the old one.
  void rotate() {
    try {
      RsaJsonWebKey fresh = RsaJwkGenerator.generateJwk(2048);
      fresh.setKeyId("key-" + number.incrementAndGet());
      fresh.setAlgorithm(AlgorithmIdentifiers.RSA_USING_SHA256);
      fresh.setUse("sig");
      key = fresh;
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What a good token of anna says.
  JwtClaims claims(String... groups) {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(url());
    claims.setSubject("4711");
    claims.setAudience(CLIENT);
    claims.setIssuedAtToNow();
    claims.setExpirationTimeMinutesInTheFuture(5);
    claims.setStringClaim("preferred_username", "anna");
    claims.setStringListClaim("groups", groups);
    return claims;
  }

  String token(String... groups) {
    return signed(claims(groups));
  }

  String signed(JwtClaims claims) {
    return signed(claims, key);
  }

  static String signed(JwtClaims claims, RsaJsonWebKey key) {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setPayload(claims.toJson());
    signature.setKey(key.getPrivateKey());
    signature.setKeyIdHeaderValue(key.getKeyId());
    signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
    return serialized(signature);
  }

  /// Signed by nobody.
  static String unsigned(JwtClaims claims) {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setAlgorithmConstraints(org.jose4j.jwa.AlgorithmConstraints.NO_CONSTRAINTS);
    signature.setPayload(claims.toJson());
    signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.NONE);
    return serialized(signature);
  }

  /// Signed with the text of the public key as a shared secret.
  String signedByThePublicKey(JwtClaims claims) {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setPayload(claims.toJson());
    signature.setKey(new org.jose4j.keys.HmacKey(key.getRsaPublicKey().getEncoded()));
    signature.setKeyIdHeaderValue(key.getKeyId());
    signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
    return serialized(signature);
  }

  /// As another who says to have the issuer's key.
  String forged(JwtClaims claims) {
    try {
      RsaJsonWebKey other = RsaJwkGenerator.generateJwk(2048);
      other.setKeyId(key.getKeyId());
      return signed(claims, other);
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String serialized(JsonWebSignature signature) {
    try {
      return signature.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What the person's browser does at the issuer: signs in, and is sent back with a code.
  ///
  /// @param request where the service has sent the browser
  /// @return where it is sent
  String signIn(String request, String... groups) {
    Map<String, String> asked = form(request.substring(request.indexOf('?') + 1));
    if (!CLIENT.equals(asked.get("client_id"))
        || !"code".equals(asked.get("response_type"))
        || !"S256".equals(asked.get("code_challenge_method"))
        || !asked.containsKey("nonce")
        || !asked.get("scope").contains("openid")) {
      throw new AssertionError("not what an issuer takes: " + request);
    }
    String code = "code-" + number.incrementAndGet();
    grants.put(code, new Grant(asked.get("code_challenge"), asked.get("nonce"), List.of(groups)));
    return asked.get("redirect_uri") + "?code=" + code + "&state=" + asked.get("state");
  }

  private void discovery(HttpExchange exchange) throws IOException {
    answer(
        exchange,
        200,
        JSON.writeValueAsString(
            Map.of(
                "issuer",
                url(),
                "authorization_endpoint",
                url() + "/authorize",
                "token_endpoint",
                url() + "/token",
                "jwks_uri",
                url() + "/keys",
                "end_session_endpoint",
                url() + "/logout",
                "response_types_supported",
                List.of("code"),
                "subject_types_supported",
                List.of("public"),
                "id_token_signing_alg_values_supported",
                List.of("RS256"))));
  }

  private void keys(HttpExchange exchange) throws IOException {
    answer(exchange, 200, "{\"keys\":[" + key.toJson(OutputControlLevel.PUBLIC_ONLY) + "]}");
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> asked =
        form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    String basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
    Grant grant = grants.remove(asked.getOrDefault("code", ""));
    if (!basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))
        || grant == null
        || !grant.challenge().equals(challenge(asked.getOrDefault("code_verifier", "")))) {
      answer(exchange, 400, "{\"error\":\"invalid_grant\"}");
      return;
    }
    JwtClaims claims = claims(grant.groups().toArray(String[]::new));
    claims.setStringClaim("nonce", grant.nonce());
    claims.setClaim("auth_time", NumericDate.now().getValue());
    answer(
        exchange,
        200,
        JSON.writeValueAsString(
            Map.of(
                "id_token",
                signed(claims),
                "access_token",
                token(grant.groups().toArray(String[]::new)),
                "token_type",
                "Bearer",
                "expires_in",
                300)));
  }

  private static String challenge(String verifier) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              MessageDigest.getInstance("SHA-256")
                  .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> form(String text) {
    Map<String, String> fields = new HashMap<>();
    for (String pair : text.split("&")) {
      String[] parts = pair.split("=", 2);
      fields.put(
          parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return fields;
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
