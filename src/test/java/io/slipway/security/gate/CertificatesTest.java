package io.slipway.security.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.slipway.process.database.EmbeddedDatabaseResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Programs with certificates at the gate, and the port for operators. Everything is made by the
/// platform's `keytool`.
@QuarkusTest
@TestProfile(CertificatesTest.Profile.class)
class CertificatesTest {
  private static final String SECRET = "of-the-tests";
  private static volatile Path folder;

  @TestHTTPResource(value = "/", tls = true)
  URI root;

  @Inject OperatorsPort operators;
  @Inject io.vertx.ext.web.Router router;

  /// An authority, what it vouches for, and a stranger.
  public static final class Certified implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
      try {
        folder = Files.createTempDirectory("slipway-certificates");
        authority("authority");
        authority("stranger");
        issued("server", "authority", "CN=localhost", "san=dns:localhost,ip:127.0.0.1");
        issued("billing", "authority", "CN=billing, O=Example", "eku=clientAuth");
        issued("spiffe", "authority", "CN=admin", "san=uri:spiffe://example/ns/train");
        issued("nobody", "authority", "CN=nobody", "eku=clientAuth");
        issued("brief", "authority", "CN=brief", "eku=clientAuth");
        issued("forged", "stranger", "CN=billing", "eku=clientAuth");
        keytool(
            "-importcert",
            "-noprompt",
            "-alias",
            "authority",
            "-file",
            file("authority.crt"),
            "-keystore",
            file("trusted.p12"),
            "-storepass",
            SECRET,
            "-storetype",
            "PKCS12");
        return Map.of(
            "quarkus.tls.key-store.p12.path",
            file("server.p12"),
            "quarkus.tls.key-store.p12.password",
            SECRET,
            "quarkus.tls.trust-store.p12.path",
            file("trusted.p12"),
            "quarkus.tls.trust-store.p12.password",
            SECRET);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Override
    public void stop() {}

    private static void authority(String name) {
      key(name, "CN=" + name, "bc:c");
      keytool(
          "-exportcert",
          "-rfc",
          "-alias",
          name,
          "-keystore",
          file(name + ".p12"),
          "-storepass",
          SECRET,
          "-file",
          file(name + ".crt"));
    }

    private static void key(String name, String subject, String extension) {
      keytool(
          "-genkeypair",
          "-alias",
          name,
          "-keyalg",
          "EC",
          "-groupname",
          "secp256r1",
          "-dname",
          subject,
          "-ext",
          extension,
          "-validity",
          "3650",
          "-keystore",
          file(name + ".p12"),
          "-storepass",
          SECRET,
          "-storetype",
          "PKCS12");
    }

    private static void issued(String name, String by, String subject, String extension) {
      key(name, subject, extension);
      keytool(
          "-certreq",
          "-alias",
          name,
          "-keystore",
          file(name + ".p12"),
          "-storepass",
          SECRET,
          "-file",
          file(name + ".csr"));
      keytool(
          "-gencert",
          "-rfc",
          "-alias",
          by,
          "-keystore",
          file(by + ".p12"),
          "-storepass",
          SECRET,
          "-ext",
          extension,
          "-validity",
          "3650",
          "-infile",
          file(name + ".csr"),
          "-outfile",
          file(name + ".crt"));
      keytool(
          "-importcert",
          "-noprompt",
          "-alias",
          by,
          "-file",
          file(by + ".crt"),
          "-keystore",
          file(name + ".p12"),
          "-storepass",
          SECRET);
      keytool(
          "-importcert",
          "-noprompt",
          "-alias",
          name,
          "-file",
          file(name + ".crt"),
          "-keystore",
          file(name + ".p12"),
          "-storepass",
          SECRET);
    }

    /// A certificate of the key `brief`, which expires in a few seconds.
    static X509Certificate brief() throws IOException, GeneralSecurityException {
      keytool(
          "-gencert",
          "-rfc",
          "-alias",
          "authority",
          "-keystore",
          file("authority.p12"),
          "-storepass",
          SECRET,
          "-startdate",
          "-1d+10S",
          "-validity",
          "1",
          "-infile",
          file("brief.csr"),
          "-outfile",
          file("brief.crt"));
      try (InputStream in = Files.newInputStream(folder.resolve("brief.crt"))) {
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      }
    }

    private static void keytool(String... arguments) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
      command.addAll(List.of(arguments));
      try {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
          throw new AssertionError(command + ": " + said);
        }
      } catch (IOException | InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /// TLS, certificates with roles, an administrator's key, and a port for operators.
  public static final class Profile implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "slipway.admin.key", GuardedProfile.ADMIN,
          "slipway.management.port", "0",
          "quarkus.http.test-ssl-port", "0",
          "slipway.certificates.roles",
              "billing=caller,spiffe://example/ns/train=publisher,admin=admin,brief=viewer",
          "slipway.certificates.models", "billing=churn-*,spiffe://example/ns/train=*,brief=*");
    }

    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(
          new TestResourceEntry(EmbeddedDatabaseResource.class),
          new TestResourceEntry(Certified.class));
    }
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  private HttpResponse<String> send(
      @Nullable String certificate, String method, String path, String... headers)
      throws IOException, InterruptedException, GeneralSecurityException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(root.resolve(path))
            .method(
                method,
                method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"))
            .header("Content-Type", "application/json");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newBuilder()
        .sslContext(context(certificate))
        .build()
        .send(request.build(), BodyHandlers.ofString());
  }

  private static SSLContext context(@Nullable String certificate)
      throws IOException, GeneralSecurityException {
    return context(certificate == null ? null : store(certificate));
  }

  private static SSLContext context(@Nullable KeyStore certificate)
      throws IOException, GeneralSecurityException {
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store("trusted"));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(certificate, SECRET.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    KeyManager[] shown =
        certificate == null
            ? null
            : new KeyManager[] {new Insisting((X509ExtendedKeyManager) keys.getKeyManagers()[0])};
    context.init(shown, trust.getTrustManagers(), null);
    return context;
  }

  /// Shows its certificate even where the server does not want one of its authority.
  private static final class Insisting extends X509ExtendedKeyManager {
    private final X509ExtendedKeyManager own;

    Insisting(X509ExtendedKeyManager own) {
      this.own = own;
    }

    @Override
    public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
      return own.chooseEngineClientAlias(types, null, engine);
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return own.chooseClientAlias(types, null, socket);
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return own.getClientAliases(type, null);
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
      return own.getServerAliases(type, issuers);
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return own.chooseServerAlias(type, issuers, socket);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return own.getCertificateChain(alias);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return own.getPrivateKey(alias);
    }
  }

  private static KeyStore store(String name) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
      store.load(in, SECRET.toCharArray());
    }
    return store;
  }

  @Test
  void aCertificateIsWhoItNamesWithTheRolesAndModelsOfItsName() throws Exception {
    HttpResponse<String> who = send("billing", "GET", "/session");
    assertThat(who.statusCode()).as(who.body()).isEqualTo(200);
    assertThat(new ObjectMapper().readTree(who.body()).toString())
        .isEqualTo(
            "{\"name\":\"certificate:billing\",\"permissions\":[\"served\",\"predict\"],"
                + "\"models\":[\"churn-*\"]}");
    assertThat(send("billing", "POST", "/models/churn-x/predict").statusCode())
        .as("let through to a model that is not there")
        .isEqualTo(404);
    assertThat(send("billing", "POST", "/models/other/predict").statusCode()).isEqualTo(403);
    assertThat(send("billing", "GET", "/api/v1/models").statusCode()).isEqualTo(403);
    HttpResponse<String> train = send("spiffe", "GET", "/session");
    assertThat(train.body())
        .as("its URI names it, and its common name does not")
        .contains("certificate:spiffe://example/ns/train", "publish")
        .doesNotContain("administer");
  }

  @Test
  void withoutACertificateThatHasARoleAKeyIsAskedFor() throws Exception {
    assertThat(send(null, "GET", "/session").statusCode()).isEqualTo(401);
    assertThat(send("nobody", "GET", "/session").statusCode()).isEqualTo(401);
    HttpResponse<String> key =
        send("nobody", "GET", "/session", "Authorization", "Bearer " + GuardedProfile.ADMIN);
    assertThat(key.body()).contains("configured-admin");
    assertThat(send("billing", "GET", "/session", "Authorization", "Bearer wrong").statusCode())
        .as("a wrong key is wrong, whoever brings it")
        .isEqualTo(401);
  }

  @Test
  void aCertificateOfAStrangerEndsTheConnection() {
    assertThatThrownBy(() -> send("forged", "GET", "/session")).isInstanceOf(IOException.class);
  }

  @Test
  void aForeignPageCantUseTheCertificateOfABrowser() throws Exception {
    assertThat(
            send("spiffe", "POST", "/api/v1/models/x/versions", "Origin", "https://evil.example")
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  void theOperatorsPortHasHealthAndMetricsForAnyoneAndNothingElse() {
    URI there = URI.create("http://127.0.0.1:" + operators.port());
    Visitor nobody = Visitor.of(there);
    for (String path : OperatorsPort.PATHS) {
      assertThat(nobody.get(path).status()).as(path).isEqualTo(200);
    }
    assertThat(nobody.get("/metrics").http().body()).contains("slipway_build_info");
    Set<String> others = new TreeSet<>();
    router
        .getRoutes()
        .forEach(
            route -> {
              if (route.getPath() != null && !OperatorsPort.PATHS.contains(route.getPath())) {
                others.add(route.getPath().replaceAll(":[A-Za-z]+", "x"));
              }
            });
    assertThat(others).hasSizeGreaterThan(40).contains("/session", "/models");
    Visitor admin = Visitor.bearer(there, GuardedProfile.ADMIN);
    for (String path : others) {
      if (path.matches("[A-Za-z0-9/_.-]+")) {
        assertThat(nobody.get(path).status()).as(path).isEqualTo(404);
        assertThat(admin.send("POST", path, "{}").status()).as(path).isEqualTo(404);
      }
    }
    assertThat(nobody.send("POST", "/metrics", "{}").status()).isEqualTo(404);
    assertThat(nobody.get("/q/health/../../api/v1/models").status()).isEqualTo(404);
    assertThat(nobody.get("/metrics/").status()).isEqualTo(404);
  }

  @Test
  void aStreamEndsWhenItsCertificateExpires() throws Exception {
    X509Certificate brief = Certified.brief();
    KeyStore shown = store("brief");
    KeyStore.ProtectionParameter secret = new KeyStore.PasswordProtection(SECRET.toCharArray());
    PrivateKey key = ((KeyStore.PrivateKeyEntry) shown.getEntry("brief", secret)).getPrivateKey();
    X509Certificate authority = (X509Certificate) store("trusted").getCertificate("authority");
    shown.setKeyEntry("brief", key, SECRET.toCharArray(), new X509Certificate[] {brief, authority});
    HttpResponse<Stream<String>> answer =
        HttpClient.newBuilder()
            .sslContext(context(shown))
            .build()
            .send(
                HttpRequest.newBuilder(root.resolve("/api/v1/events")).build(),
                BodyHandlers.ofLines());
    assertThat(answer.statusCode()).isEqualTo(200);
    CompletableFuture<Void> ended =
        CompletableFuture.runAsync(() -> answer.body().forEach(line -> {}));
    ended.get(30, TimeUnit.SECONDS);
    assertThat(Instant.now()).isAfterOrEqualTo(brief.getNotAfter().toInstant());
  }
}
