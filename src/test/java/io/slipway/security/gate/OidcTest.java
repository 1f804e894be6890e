package io.slipway.security.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.slipway.process.database.EmbeddedDatabaseResource;
import io.slipway.security.gate.Visitor.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// People with tokens at the gate. The issuer is not there when the service starts.
@QuarkusTest
@TestProfile(OidcTest.Profile.class)
class OidcTest {
  private static final String PAGE = "text/html";
  private static volatile TestIssuer issuer;
  private static volatile int port;
  private static volatile boolean seenWithout;

  @TestHTTPResource("/")
  URI root;

  /// A port at which nobody listens yet.
  public static final class Port implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = free.getLocalPort();
        return Map.of("slipway.oidc.issuer", "http://localhost:" + port + "/realm");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void stop() {}
  }

  /// One issuer, some groups with roles, some for some models only.
  public static final class Profile implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "slipway.admin.key",
          GuardedProfile.ADMIN,
          "slipway.oidc.client-id",
          TestIssuer.CLIENT,
          "slipway.oidc.client-secret",
          TestIssuer.SECRET,
          "slipway.oidc.keys-every",
          "1s",
          "slipway.oidc.roles",
          "ml-admins=admin,ml-team=publisher,ml-team=promoter,/ops=viewer",
          "slipway.oidc.models",
          "ml-admins=*,/ops=*,ml-team=people-*");
    }

    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(
          new TestResourceEntry(EmbeddedDatabaseResource.class), new TestResourceEntry(Port.class));
    }
  }

  @BeforeEach
  void firstWithoutAnIssuerAndThenWithOne() {
    if (!seenWithout) {
      TestIssuer elsewhere = new TestIssuer(0);
      Answer token = with(elsewhere.token("ml-admins")).get("/api/v1/models");
      assertThat(token.status()).isEqualTo(503);
      assertThat(token.json().get("type").asText()).isEqualTo("urn:slipway:problem:unavailable");
      assertThat(with(GuardedProfile.ADMIN).get("/api/v1/models").status())
          .as("keys count without the issuer")
          .isEqualTo(200);
      assertThat(Visitor.of(root).get("/sign-in/oidc", "Accept", PAGE).status()).isEqualTo(503);
      elsewhere.close();
      issuer = new TestIssuer(port);
      seenWithout = true;
    }
  }

  @AfterAll
  static void close() {
    issuer.close();
  }

  private Visitor with(String credential) {
    return Visitor.bearer(root, credential);
  }

  @Test
  void aTokenPermitsWhatItsGroupsDoForTheirModelsAndNamesItsHolderInTheHistory() {
    Visitor admin = with(issuer.token("others", "ml-admins"));
    assertThat(admin.get("/api/v1/keys").status()).isEqualTo(200);
    JsonNode who = with(issuer.token("ml-team")).get("/session").json();
    assertThat(who.get("name").asText()).isEqualTo("oidc:anna");
    assertThat(who.get("permissions").toString())
        .isEqualTo("[\"served\",\"read\",\"publish\",\"promote\"]");
    assertThat(who.get("models").toString()).isEqualTo("[\"people-*\"]");

    Visitor team = with(issuer.token("ml-team"));
    assertThat(team.get("/api/v1/models/people-x").status()).as("not there").isEqualTo(404);
    assertThat(team.get("/api/v1/models/other").status()).isEqualTo(403);
    assertThat(team.get("/models").status()).as("is about all models").isEqualTo(403);
    assertThat(team.get("/api/v1/keys").status()).isEqualTo(403);
    assertThat(with(issuer.token("/ops")).get("/api/v1/models").status()).isEqualTo(200);
    assertThat(with(issuer.token("/ops")).send("POST", "/models/x/predict", "{}").status())
        .isEqualTo(403);

    assertThat(
            admin
                .send("POST", "/api/v1/keys", "{\"name\":\"made\",\"roles\":[\"viewer\"]}")
                .status())
        .isEqualTo(201);
    assertThat(admin.get("/api/v1/audit?limit=1").json().at("/entries/0/actor").asText())
        .isEqualTo("oidc:anna");
  }

  @Test
  void whoHasNoMappedGroupMayNothing() {
    for (String token : List.of(issuer.token(), issuer.token("others", "ML-ADMINS"))) {
      Answer answer = with(token).get("/session");
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.json().get("detail").asText()).contains("none of the token's groups");
    }
    JwtClaims none = issuer.claims();
    none.unsetClaim("groups");
    assertThat(with(issuer.signed(none)).get("/session").status()).isEqualTo(403);
  }

  @Test
  void aTokenThatIsNotGoodIsNobodys() {
    JwtClaims past = issuer.claims("ml-admins");
    past.setExpirationTimeMinutesInTheFuture(-5);
    JwtClaims early = issuer.claims("ml-admins");
    early.setNotBeforeMinutesInThePast(-10);
    JwtClaims forOthers = issuer.claims("ml-admins");
    forOthers.setAudience("another");
    JwtClaims forNobody = issuer.claims("ml-admins");
    forNobody.unsetClaim("aud");
    JwtClaims byOthers = issuer.claims("ml-admins");
    byOthers.setIssuer("https://another.example.com");
    JwtClaims ofNobody = issuer.claims("ml-admins");
    ofNobody.unsetClaim("sub");
    JwtClaims good = issuer.claims("ml-admins");
    String token = issuer.signed(good);
    String[] parts = token.split("\\.");
    Map<String, String> bad =
        Map.of(
            "expired", issuer.signed(past),
            "not valid yet", issuer.signed(early),
            "for another", issuer.signed(forOthers),
            "for nobody", issuer.signed(forNobody),
            "of another issuer", issuer.signed(byOthers),
            "of nobody", issuer.signed(ofNobody),
            "signed by nobody", TestIssuer.unsigned(good),
            "signed with the public key", issuer.signedByThePublicKey(good),
            "signed by another", issuer.forged(good),
            "with another's payload",
                parts[0]
                    + "."
                    + issuer.token("ml-admins", "more").split("\\.")[1]
                    + "."
                    + parts[2]);
    assertThat(with(token).get("/session").status()).as("good").isEqualTo(200);
    Map<String, Integer> answers =
        bad.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, each -> with(each.getValue()).get("/session").status()));
    assertThat(answers).allSatisfy((what, status) -> assertThat(status).as(what).isEqualTo(401));
    assertThat(with("eyJ.x.y").get("/session").status()).isEqualTo(401);
    assertThat(Visitor.of(root, "X-API-Key", token).get("/session").status())
        .as("only as a bearer token")
        .isEqualTo(401);
  }

  @Test
  void aNewKeyOfTheIssuerCountsAndTheOldOneDoesNot() {
    String before = issuer.token("ml-admins");
    assertThat(with(before).get("/session").status()).isEqualTo(200);
    issuer.rotate();
    String after = issuer.token("ml-admins");
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(with(after).get("/session").status()).isEqualTo(200));
    assertThat(with(before).get("/session").status()).isEqualTo(401);
  }

  @Test
  void aKeyThatTheIssuerHasWithdrawnCountsNoLongerThoughNobodyShowsANewOne() {
    String before = issuer.token("ml-admins");
    assertThat(with(before).get("/session").status()).isEqualTo(200);
    issuer.rotate();
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(with(before).get("/session").status()).isEqualTo(401));
  }

  @Test
  void aBrowserSignsInAtTheIssuerAndHasASessionThen() {
    Answer page = Visitor.of(root).get("/sign-in?to=/console", "Accept", PAGE);
    assertThat(page.http().body()).contains("href=\"/sign-in/oidc?to=%2Fconsole\"");

    Answer away = Visitor.of(root).get("/sign-in/oidc?to=/console", "Accept", PAGE);
    assertThat(away.status()).isEqualTo(302);
    assertThat(away.header("Location")).startsWith(issuer.url() + "/authorize?");
    String cookies = cookies(away);
    URI back = URI.create(issuer.signIn(away.header("Location"), "ml-admins"));
    String return_ = back.getRawPath() + "?" + back.getRawQuery();
    assertThat(Visitor.of(root).get(return_, "Accept", PAGE).status())
        .as("in another browser")
        .isNotEqualTo(200);

    Answer in = Visitor.of(root, "Cookie", cookies).get(return_, "Accept", PAGE);
    assertThat(in.status()).as(in.http().body()).isEqualTo(200);
    assertThat(in.http().body()).contains("content=\"0;url=/console\"");
    String session =
        in.http().headers().allValues("Set-Cookie").stream()
            .filter(cookie -> cookie.startsWith(SessionRoutes.COOKIE + "="))
            .findFirst()
            .orElseThrow();
    assertThat(session).contains("HTTPOnly", "SameSite=Strict", "Max-Age=3600");
    assertThat(in.http().headers().allValues("Set-Cookie"))
        .as("nothing of the issuer's stays")
        .noneMatch(cookie -> cookie.startsWith("q_session") && !cookie.contains("Max-Age=0"))
        .as("nor where the way began; a browser goes by name and path")
        .anyMatch(
            cookie ->
                cookie.startsWith("slipway_to=;")
                    && cookie.contains("Max-Age=0")
                    && cookie.contains("Path=/sign-in/oidc"));
    Visitor browser = Visitor.of(root, "Cookie", session.split(";")[0]);
    assertThat(browser.get("/session").json().get("name").asText()).isEqualTo("oidc:anna");
    assertThat(browser.send("POST", "/api/v1/keys", "{}").status())
        .as("a change that no page of this service sends")
        .isEqualTo(401);
    assertThat(Visitor.of(root, "Cookie", cookies).get(return_, "Accept", PAGE).status())
        .as("a code counts once")
        .isEqualTo(401);
    browser.send("DELETE", "/session", "");
    assertThat(browser.get("/session").status()).isEqualTo(401);
    assertThat(Visitor.of(root).get("/sign-in?out", "Accept", PAGE).http().body())
        .as("the issuer knows the person still")
        .contains("href=\"" + issuer.url() + "/logout?client_id=slipway\"");
    assertThat(page.http().body()).doesNotContain("/logout");
  }

  @Test
  void aBrowserOfSomebodyWithoutARoleIsToldSo() {
    Answer away = Visitor.of(root).get("/sign-in/oidc?to=//evil.example", "Accept", PAGE);
    URI back = URI.create(issuer.signIn(away.header("Location"), "others"));
    Answer in =
        Visitor.of(root, "Cookie", cookies(away))
            .get(back.getRawPath() + "?" + back.getRawQuery(), "Accept", PAGE);
    assertThat(in.status()).isEqualTo(403);
    assertThat(in.http().body()).contains("has a role here", issuer.url() + "/logout");
    assertThat(in.http().headers().allValues("Set-Cookie"))
        .noneMatch(cookie -> cookie.startsWith(SessionRoutes.COOKIE + "="));
  }

  private static String cookies(Answer answer) {
    return answer.http().headers().allValues("Set-Cookie").stream()
        .map(cookie -> cookie.split(";")[0])
        .collect(Collectors.joining("; "));
  }

  @Test
  void aStreamEndsWhenItsTokenExpires() throws Exception {
    JwtClaims claims = issuer.claims("/ops");
    NumericDate end = NumericDate.now();
    end.addSeconds(4);
    claims.setExpirationTime(end);
    HttpResponse<Stream<String>> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(root.resolve("/api/v1/events"))
                    .header("Authorization", "Bearer " + issuer.signed(claims))
                    .build(),
                BodyHandlers.ofLines());
    assertThat(answer.statusCode()).isEqualTo(200);
    CompletableFuture<Void> ended =
        CompletableFuture.runAsync(() -> answer.body().forEach(line -> {}));
    ended.get(20, TimeUnit.SECONDS);
    assertThat(Instant.now()).isAfterOrEqualTo(Instant.ofEpochSecond(end.getValue()));
  }
}
