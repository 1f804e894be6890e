package io.slipway.door;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPrefixTest {
  @ParameterizedTest
  @ValueSource(strings = {"/slipway", "/ml/slipway", "/a.b_c~d-e", "/slipway/"})
  void aPlainPathIsAPrefix(String header) {
    assertThat(PathPrefix.plain(header)).isEqualTo(header.replaceFirst("/$", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "//evil.example",
        "slipway",
        "/a//b",
        "/..",
        "/a/../b",
        "/\"><script>",
        "/a b",
        "/a%2fb",
        "/a\\b",
        "https://evil.example/x",
        "/a, /b"
      })
  void anythingElseIsNone(String header) {
    assertThat(PathPrefix.plain(header)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/console, /p/console",
    "/sign-in?to=%2F, /p/sign-in?to=%2F",
    "http://h:1/api/v1/keys/1, http://h:1/p/api/v1/keys/1",
    "http://h:12/api, http://h:12/api",
    "https://issuer.example/auth, https://issuer.example/auth",
    "//evil.example, //evil.example",
  })
  void placesOfThisServiceAreBelowThePrefix(String location, String expected) {
    assertThat(PathPrefix.below("/p", location, "http://h:1")).isEqualTo(expected);
  }

  @Test
  void linksOfAPageAreBelowThePrefixAndOthersStay() {
    String page =
        "<html lang=\"en\"><a href=\"/console\">/console</a><a href=\"//x\"></a><a href=\"#y\"></a>"
            + "<form action=\"/session\" data-url=\"/api/v1/keys\" data-back=\"/console\">"
            + "<meta content=\"0;url=/console\"><a href=\"https://x/\">";
    assertThat(PathPrefix.page("/p", page))
        .isEqualTo(
            "<html data-prefix=\"/p\" lang=\"en\"><a href=\"/p/console\">/console</a>"
                + "<a href=\"//x\"></a><a href=\"#y\"></a>"
                + "<form action=\"/p/session\" data-url=\"/p/api/v1/keys\""
                + " data-back=\"/p/console\"><meta content=\"0;url=/p/console\">"
                + "<a href=\"https://x/\">");
  }
}
