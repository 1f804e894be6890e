package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.LoadState;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every page of the console with the sample models: what it looks like, what it weighs, and
/// whether everybody can use it. Screenshots and the table of `docs/console.md` are left in
/// `target/console`.
class ConsolePagesIT {
  private static final Path LEFT = Path.of("target", "console");
  private static final int MOST_BYTES = 60_000;

  /// Beyond it text jumps under the reader's eyes (Web Vitals calls up to 0.1 good).
  private static final double MOST_SHIFT = 0.02;

  private static final Map<String, String> PAGES = pages();

  @TempDir static Path temp;

  private static Server server;
  private static Browser browser;

  private static Map<String, String> pages() {
    String customer = "/console/models/customer-churn";
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("models", "/console");
    pages.put("model", customer);
    pages.put("version", customer + "/versions/2");
    pages.put("compare", customer + "/compare?a=1&b=2");
    pages.put("promote", customer + "/promote?version=1");
    pages.put("rollback", customer + "/rollback?stage=production");
    pages.put("edit", customer + "/edit");
    pages.put("alias", customer + "/alias");
    pages.put("try-record", customer + "/try");
    pages.put("try-mail", "/console/models/mail-spam/try");
    pages.put("try-image", "/console/models/digit/try");
    pages.put("latency", "/console/latency");
    pages.put("publish", "/console/publish");
    pages.put("audit", "/console/audit");
    pages.put("access", "/console/access");
    pages.put("system", "/console/system");
    pages.put("missing", "/console/models/nobody");
    return pages;
  }

  @BeforeAll
  static void serveTheSamples() throws Exception {
    server =
        Server.launch(
            temp.resolve("data"),
            Map.of(
                "SLIPWAY_SAMPLES_ENABLED", "true",
                "SLIPWAY_SAMPLES_DIR", Bundles.SAMPLES.toString(),
                "SLIPWAY_CONSOLE_SAMPLE_EVERY", "1s"));
    server.awaitReady();
    await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(200))
        .until(ConsolePagesIT::allAreInProduction);
    traffic();
    Files.createDirectories(LEFT);
    browser = Browser.open();
  }

  private static boolean allAreInProduction() throws IOException, InterruptedException {
    JsonNode models = server.get("/api/v1/models").path("models");
    return models.size() == 4
        && models.valueStream().allMatch(m -> m.at("/stages/production/version").asInt() == 2);
  }

  /// Something to see: predictions of two models, one refused.
  private static void traffic() throws IOException, InterruptedException {
    byte[] digit = Files.readAllBytes(Bundles.SAMPLES.resolve("image/v1/examples/0.png"));
    byte[] customer = "{\"customer_id\":\"C\"}".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 40; i++) {
      server.post("/models/customer-churn/predict", "application/json", customer);
      server.post("/models/digit/predict", "image/png", digit);
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> text("/console/latency").contains("/console/models/digit/versions/2"));
  }

  private static String text(String path) throws IOException, InterruptedException {
    return server
        .client()
        .send(HttpRequest.newBuilder(server.uri(path)).build(), BodyHandlers.ofString())
        .body();
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
    }
  }

  /// Whether the example is in the form.
  private static final String FILLED =
      """
      [...document.querySelectorAll('#try input, #try textarea')].some(field => field.value)
        || document.getElementById('preview')?.hidden === false
      """;

  /// Waits; not by Playwright's own way, which has the page evaluate text, which its
  /// Content-Security-Policy forbids.
  private static void until(Page page, String condition) {
    await()
        .pollInSameThread()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> (boolean) page.evaluate(condition));
  }

  private static Page open(String address, int width, ColorScheme colours) {
    Page page = browser.page(width, colours);
    page.navigate(server.uri(address).toString());
    page.waitForLoadState(LoadState.LOAD);
    until(page, "document.getElementById('live').textContent === 'live'");
    if (page.locator("#try").count() > 0) {
      until(page, FILLED);
      page.locator("button.main").click();
      page.locator("#way h3").first().waitFor();
    }
    return page;
  }

  @Test
  void everyPageIsUsableByEverybodyAtBothWidthsAndInBothColours() throws Exception {
    String axe = axe();
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, String> page : PAGES.entrySet()) {
      for (int width : new int[] {1280, 390}) {
        Page shown = open(page.getValue(), width, ColorScheme.LIGHT);
        for (ColorScheme colours : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
          shown.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(colours));
          String name = page.getKey() + "-" + width + "-" + colours.name().toLowerCase(Locale.ROOT);
          shown.screenshot(
              new Page.ScreenshotOptions().setPath(LEFT.resolve(name + ".png")).setFullPage(true));
          if ((int) shown.evaluate("document.documentElement.scrollWidth") > width) {
            wrong.add(name + " is wider than the window");
          }
          shown.evaluate(axe);
          for (Object violation : (List<?>) shown.evaluate(VIOLATIONS)) {
            wrong.add(name + " " + violation);
          }
        }
        shown.context().close();
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(browser.complaints()).isEmpty();
  }

  private static final String VIOLATIONS =
      """
      axe.run().then(result => result.violations
        .filter(v => v.impact === 'serious' || v.impact === 'critical')
        .map(v => v.id + ': ' + v.nodes.map(n => n.target + ' ' + n.failureSummary).join(' | ')))
      """;

  private static String axe() throws IOException {
    try (InputStream in = ConsolePagesIT.class.getResourceAsStream("/axe.min.js")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// Bytes with headers, as transferred, with nothing cached; the time until the page's script has
  /// run; how much of the page moved under the reader.
  private static final String WEIGHT =
      """
      new Promise(done => {
        let shift = 0;
        new PerformanceObserver(list => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => {
          const page = performance.getEntriesByType('navigation')[0];
          const parts = performance.getEntriesByType('resource')
            .filter(part => part.name.includes('/assets/'));
          const bytes = parts.reduce((sum, part) => sum + part.transferSize, page.transferSize);
          done([bytes, parts.length + 1, page.domContentLoadedEventEnd, shift]);
        }, 300);
      })
      """;

  @Test
  void everyPageIsLightAndStaysWhereItIs() throws Exception {
    List<String> wrong = new ArrayList<>();
    StringBuilder table =
        new StringBuilder(
            "| page | bytes | requests | interactive | layout shift |\n|---|--:|--:|--:|--:|\n");
    for (Map.Entry<String, String> page : PAGES.entrySet()) {
      Page shown = browser.page(1280, ColorScheme.LIGHT);
      shown.navigate(server.uri(page.getValue()).toString());
      shown.waitForLoadState(LoadState.LOAD);
      List<?> weight = (List<?>) shown.evaluate(WEIGHT);
      long bytes = ((Number) weight.get(0)).longValue();
      double shift = ((Number) weight.get(3)).doubleValue();
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %,d | %s | %.0f ms | %.3f |%n",
              page.getKey(),
              bytes,
              weight.get(1),
              ((Number) weight.get(2)).doubleValue(),
              shift));
      if (bytes > MOST_BYTES) {
        wrong.add(page.getKey() + " weighs " + bytes + " bytes");
      }
      if (shift > MOST_SHIFT) {
        wrong.add(page.getKey() + " moves by " + shift);
      }
      shown.context().close();
    }
    Files.writeString(LEFT.resolve("pages.md"), table);
    assertThat(wrong).isEmpty();
  }
}
