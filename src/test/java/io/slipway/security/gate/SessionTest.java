package io.slipway.security.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.slipway.security.gate.Visitor.Answer;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A browser at the gate: signing in and out, and what foreign pages can do.
@QuarkusTest
@TestProfile(GuardedProfile.class)
class SessionTest {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String MINE = "Sec-Fetch-Site";

  @TestHTTPResource("/")
  URI root;

  private Answer signIn(String key, String to) {
    return Visitor.of(root)
        .send(
            "POST",
            "/session",
            "to=" + to + "&key=" + URLEncoder.encode(key, StandardCharsets.UTF_8),
            "Content-Type",
            FORM,
            MINE,
            "same-origin");
  }

  private static String cookie(Answer answer) {
    return answer.header("Set-Cookie").split(";")[0];
  }

  private JsonNode admin(String name) {
    return Visitor.bearer(root, GuardedProfile.ADMIN)
        .send("POST", "/api/v1/keys", "{\"name\":\"" + name + "\",\"roles\":[\"admin\"]}")
        .json();
  }

  @Test
  void aBrowserWithoutASessionIsSentToTheSignInPageAndBack() {
    Answer away = Visitor.of(root).get("/api/v1/models?limit=5", "Accept", "text/html,*/*");
    assertThat(away.status()).isEqualTo(303);
    assertThat(away.header("Location")).isEqualTo("/sign-in?to=%2Fapi%2Fv1%2Fmodels%3Flimit%3D5");
    Answer page = Visitor.of(root).get(away.header("Location"), "Accept", "text/html");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.http().body())
        .contains("<label for=\"key\">", "value=\"/api/v1/models?limit=5\"", "lang=\"en\"")
        .doesNotContain("<script", "style=");
    Answer in = signIn(GuardedProfile.ADMIN, "%2Fapi%2Fv1%2Fmodels%3Flimit%3D5");
    assertThat(in.status()).isEqualTo(303);
    assertThat(in.header("Location")).isEqualTo("/api/v1/models?limit=5");
    assertThat(Visitor.of(root).get("/", "Accept", "application/json").status())
        .as("KServe V1's liveness")
        .isEqualTo(200);
    assertThat(Visitor.of(root).get("/", "Accept", "text/html").status()).isEqualTo(303);
  }

  @Test
  void pagesForbidWhatTheyDoNotNeed() {
    Answer page = Visitor.of(root).get("/sign-in", "Accept", "text/html");
    assertThat(page.header("Content-Security-Policy"))
        .contains(
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'")
        .doesNotContain("unsafe");
    assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(page.header("Referrer-Policy")).isEqualTo("same-origin");
    assertThat(page.header("Cache-Control")).isEqualTo("no-store");
    assertThat(page.http().body())
        .as("else the browser asks for an icon, which takes a key")
        .contains("<link rel=\"icon\" href=\"data:,\">");
    assertThat(Visitor.bearer(root, GuardedProfile.ADMIN).get("/console").header("Cache-Control"))
        .as("the back button of who has signed out")
        .isEqualTo("no-store");
    assertThat(Visitor.of(root).get("/sign-in.css").header("Content-Type")).contains("text/css");
  }

  @Test
  void whereTheBrowserGoesThenIsHere() {
    for (String to :
        List.of("https://evil.example", "//evil.example", "/%5Cevil.example", "javascript:x", "")) {
      assertThat(signIn(GuardedProfile.ADMIN, to).header("Location")).as(to).isEqualTo("/");
      assertThat(Visitor.of(root).get("/sign-in?to=" + to).http().body())
          .as(to)
          .contains("name=\"to\" value=\"/\"");
    }
    assertThat(Visitor.of(root).get("/sign-in?to=/%22%3E%3Cscript%3E").http().body())
        .doesNotContain("<script");
  }

  @Test
  void theCookieIsOutOfReachOfScriptsAndOtherSitesAndEnds() {
    String cookie = signIn(GuardedProfile.ADMIN, "/").header("Set-Cookie");
    assertThat(cookie)
        .contains("HTTPOnly", "SameSite=Strict", "Path=/", "Max-Age=43200")
        .doesNotContain(GuardedProfile.ADMIN, "Secure");
    Answer overTls =
        Visitor.of(root)
            .send(
                "POST",
                "/session",
                "{\"key\":\"" + GuardedProfile.ADMIN + "\"}",
                "Content-Type",
                "application/json",
                "Origin",
                "https://" + root.getAuthority());
    assertThat(overTls.status()).isEqualTo(204);
    assertThat(overTls.header("Set-Cookie")).contains("Secure");
  }

  @Test
  void aSessionMayWhatItsKeyMayUntilItIsEndedOrTheKeyIsRevoked() {
    JsonNode key = admin("browser");
    String cookie = cookie(signIn(key.get("key").asText(), "/"));
    Visitor browser = Visitor.of(root, "Cookie", cookie);
    assertThat(browser.get("/session").json().get("name").asText()).isEqualTo("browser");
    assertThat(browser.get("/api/v1/keys").status()).isEqualTo(200);
    assertThat(Visitor.of(root, "Cookie", cookie + "x").get("/api/v1/keys").status())
        .isEqualTo(401);
    Answer out = browser.send("DELETE", "/session", "", MINE, "same-origin");
    assertThat(out.status()).isEqualTo(204);
    assertThat(out.header("Set-Cookie")).contains("Max-Age=0");
    assertThat(browser.get("/api/v1/keys").status()).isEqualTo(401);

    Visitor second = Visitor.of(root, "Cookie", cookie(signIn(key.get("key").asText(), "/")));
    assertThat(second.get("/api/v1/keys").status()).isEqualTo(200);
    Visitor.bearer(root, GuardedProfile.ADMIN)
        .send("DELETE", "/api/v1/keys/" + key.get("id").asText(), "");
    assertThat(second.get("/api/v1/keys").status()).isEqualTo(401);
  }

  @Test
  void aChangeByCookieCountsOnlyFromAPageOfThisService() {
    Visitor browser = Visitor.of(root, "Cookie", cookie(signIn(GuardedProfile.ADMIN, "/")));
    String body = "{\"name\":\"never\",\"roles\":[]}";
    assertThat(change(browser, body)).as("says nothing").isEqualTo(401);
    assertThat(change(browser, body, MINE, "cross-site")).isEqualTo(403);
    assertThat(change(browser, body, MINE, "same-site")).isEqualTo(403);
    assertThat(change(browser, body, "Origin", "http://evil.example")).isEqualTo(403);
    assertThat(change(browser, body, "Origin", "null")).isEqualTo(403);
    assertThat(change(browser, body, "Origin", root.getScheme() + "://" + root.getHost()))
        .as("another port")
        .isEqualTo(403);
    assertThat(change(browser, body, MINE, "same-origin")).as("empty roles").isEqualTo(422);
    assertThat(change(browser, body, "Origin", "http://" + root.getAuthority())).isEqualTo(422);
    Visitor script = Visitor.bearer(root, GuardedProfile.ADMIN);
    assertThat(change(script, body)).as("no browser").isEqualTo(422);
    assertThat(change(script, body, "Origin", "http://evil.example")).isEqualTo(403);
  }

  private static int change(Visitor visitor, String body, String... headers) {
    String[] all = new String[headers.length + 2];
    System.arraycopy(headers, 0, all, 0, headers.length);
    all[headers.length] = "Content-Type";
    all[headers.length + 1] = "application/json";
    return visitor.send("POST", "/api/v1/keys", body, all).status();
  }

  @Test
  void aWrongKeyIsToldOnThePage() {
    Answer again = signIn("slp_wrong", "/models");
    assertThat(again.status()).isEqualTo(401);
    assertThat(again.header("Set-Cookie")).isEmpty();
    assertThat(again.header("Content-Security-Policy")).contains("default-src 'none'");
    assertThat(again.http().body()).contains("role=\"alert\"", "value=\"/models\"");
    assertThat(Visitor.of(root).send("POST", "/session", "no json").status()).isEqualTo(400);
    assertThat(Visitor.of(root).send("POST", "/session", "k".repeat(9000)).status()).isEqualTo(400);
  }
}
