package io.slipway.manual;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

/// The documentation as a browser gets it from a running server.
@QuarkusTest
class ManualTest {
  private static final Pattern PAGE_ALERT =
      Pattern.compile("- alert: (\\w+)(?:(?!- alert:)[\\s\\S])*?severity: page");

  @Test
  void everyLinkOfEveryPageLeadsSomewhereAndEveryFragmentToAHeading() {
    Map<String, Document> pages = pages();
    assertThat(pages).hasSizeGreaterThan(30);
    List<String> broken = new ArrayList<>();
    Set<String> files = new HashSet<>();
    pages.forEach(
        (url, page) -> {
          for (Element link : page.select("a[href], img[src], link[href]")) {
            URI target = target(url, link);
            if (target.isAbsolute()) {
              continue;
            }
            Document page2 = pages.get(target.getPath());
            if (page2 == null) {
              files.add(target.getPath());
            } else if (target.getFragment() != null
                && page2.getElementById(target.getFragment()) == null) {
              broken.add(url + " → " + target);
            }
          }
        });
    files.removeIf(file -> get(file).statusCode() == 200);
    broken.addAll(files);
    assertThat(broken).isEmpty();
    assertThat(Manual.load().broken()).isEmpty();
  }

  @Test
  void everyPageOfTheDocumentationIsReachedFromTheMap() throws IOException {
    Set<String> shown = Manual.load().content().keySet();
    try (Stream<Path> files = Files.walk(Path.of("docs"))) {
      assertThat(
              files
                  .map(file -> file.toString().replace('\\', '/'))
                  .filter(file -> file.endsWith(".md"))
                  .filter(file -> !shown.contains(new DocPath(file).url())))
          .isEmpty();
    }
  }

  @Test
  void aPageLoadsNothingFromElsewhereAndRunsNothing() {
    pages()
        .forEach(
            (url, page) -> {
              assertThat(page.select("script, iframe, [style], [onclick], style"))
                  .as(url)
                  .isEmpty();
              for (Element each : page.select("[src], link[href]")) {
                assertThat(target(url, each).isAbsolute()).as(url + " " + each).isFalse();
              }
            });
    given()
        .get("/docs/")
        .then()
        .header("Content-Security-Policy", org.hamcrest.Matchers.startsWith("default-src 'none'"))
        .header("X-Content-Type-Options", "nosniff");
  }

  @Test
  void aPageSaysWhereTheReaderIsAndHasOneHeadingOfItsOwn() {
    Document page = pages().get("/docs/how-to/roll-back");
    assertThat(page.select("nav a[aria-current=page]").eachText())
        .containsExactly("On-call runbook");
    assertThat(page.title()).isEqualTo("On-call runbook · Slipway");
    assertThat(page.select("main h1")).hasSize(1);
    assertThat(page.select("main table")).isNotEmpty();
  }

  @Test
  void onlyWhatTheMapLeadsToIsShown() {
    assertThat(get("/docs").getHeader("Location")).isEqualTo("/docs/");
    assertThat(get("/docs/reference/cli").contentType()).startsWith("text/html");
    assertThat(get("/docs/files/deploy/prometheus/alerts.yml").contentType())
        .startsWith("text/plain");
    for (String path :
        List.of(
            "/docs/nothing",
            "/docs/files/pom.xml",
            "/docs/files/deploy",
            "/docs/%2e%2e/application.properties",
            "/docs/files/../../application.properties")) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void everyAlertThatPagesHasItsParagraphInTheRunbook() throws IOException {
    Document runbook = pages().get("/docs/how-to/roll-back");
    List<String> alerts =
        PAGE_ALERT
            .matcher(Files.readString(Path.of("deploy/prometheus/alerts.yml")))
            .results()
            .map(found -> found.group(1))
            .distinct()
            .toList();
    assertThat(alerts).hasSizeGreaterThan(5);
    assertThat(runbook.select("h3").eachText()).containsAll(alerts);
  }

  private static Response get(String path) {
    return given().urlEncodingEnabled(false).redirects().follow(false).get(path);
  }

  private static URI target(String url, Element link) {
    return URI.create(url).resolve(link.attr(link.hasAttr("href") ? "href" : "src"));
  }

  /// Every page that can be reached, by its path.
  private static Map<String, Document> pages() {
    Map<String, Document> pages = new LinkedHashMap<>();
    Deque<String> next = new ArrayDeque<>(List.of("/docs/"));
    while (!next.isEmpty()) {
      String url = next.removeFirst();
      Response answer = pages.containsKey(url) ? null : get(url);
      if (answer == null
          || answer.statusCode() != 200
          || !answer.contentType().startsWith("text/html")) {
        continue;
      }
      Document page = Jsoup.parse(answer.asString());
      pages.put(url, page);
      for (Element link : page.select("a[href]")) {
        URI target = target(url, link);
        if (!target.isAbsolute()) {
          next.addLast(target.getPath());
        }
      }
    }
    return pages;
  }
}
