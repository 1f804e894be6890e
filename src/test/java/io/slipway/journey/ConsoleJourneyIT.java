package io.slipway.journey;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From an empty registry to a rollback, in a browser.
class ConsoleJourneyIT {
  private static final String CUSTOMER = "/console/models/customer-churn";

  private static final LocatorAssertions.ContainsTextOptions LONG =
      new LocatorAssertions.ContainsTextOptions().setTimeout(60_000);

  @TempDir Path temp;

  @Test
  void aModelIsPublishedPromotedTriedAndRolledBackInTheBrowser() throws Exception {
    try (Server server = Server.start(temp.resolve("data"));
        Browser browser = Browser.open()) {
      browsersGetPagesAndProgramsGetJson(server);
      Page page = browser.page(1280, ColorScheme.LIGHT);
      page.navigate(server.uri("/console").toString());
      assertThat(page.locator("main")).containsText("No models yet");
      assertThat(page.locator("main")).containsText("slipway push");

      publish(page, server, 1);
      promoteFromTheOutcome(page, server);
      tryIt(page, server);
      aBundleWithASkewIsRefusedInWords(page, server);
      publish(page, server, 2);
      promoteAndRollBackByKeyboardAlone(browser, server);
      whatIsDoneElsewhereShowsByItself(browser, server);
      whatIsSaidOfAModelIsChanged(page, server);
      anAliasIsMadeMovedAndRemoved(page, server);
      aLargeBundleGoesOnWhereTheLineBroke(page, server);
      assertThat(browser.takeBack("net::ERR_CONNECTION_RESET")).isEqualTo(1);
      whereABalancerScattersThePartsItGoesInOnePiece(page, server);
      theFirstKeyClosesTheServiceAndSignsThisBrowserIn(page, server);
      whoMayOnlyLookIsOfferedNothingElse(browser, page, server);
      assertThat(browser.complaints()).isEmpty();
    }
  }

  private static void browsersGetPagesAndProgramsGetJson(Server server)
      throws IOException, InterruptedException {
    URI front = server.uri("/");
    HttpResponse<String> program =
        server.client().send(HttpRequest.newBuilder(front).build(), BodyHandlers.ofString());
    assertThat(program.body()).isEqualTo("{\"status\":\"alive\"}");
    HttpResponse<String> browser =
        server
            .client()
            .send(
                HttpRequest.newBuilder(front).header("Accept", "text/html,*/*;q=0.8").build(),
                BodyHandlers.ofString());
    assertThat(browser.statusCode()).isEqualTo(303);
    assertThat(browser.headers().firstValue("Location")).hasValue("/console");
  }

  private void publish(Page page, Server server, int version) throws IOException {
    Path zip = temp.resolve("v" + version + ".zip");
    Files.write(zip, Bundles.zip(Bundles.SAMPLES.resolve("customer/v" + version)));
    page.navigate(server.uri("/console/publish").toString());
    page.getByLabel("Bundle").setInputFiles(zip);
    page.getByLabel("Model").fill("customer-churn");
    button(page, "Publish").click();
    assertThat(page.locator("#result")).containsText("Published as version " + version, LONG);
    assertThat(page.locator("[data-check=examples]")).hasClass("");
  }

  /// In parts of 4 MiB: this line breaks in the second one.
  private void aLargeBundleGoesOnWhereTheLineBroke(Page page, Server server) throws IOException {
    List<String> offsets = new ArrayList<>();
    page.route(
        Pattern.compile("/uploads/"),
        route -> {
          String offset = route.request().headerValue("Upload-Offset");
          if (offset == null) {
            route.resume();
            return;
          }
          offsets.add(offset);
          if (offsets.size() == 2) {
            route.abort("connectionreset");
          } else {
            route.resume();
          }
        });
    publishLarge(page, server, "in-parts");
    page.unroute(Pattern.compile("/uploads/"));
    assertThat(offsets).containsExactly("0", "4194304", "4194304", "8388608");
    assertThat(page.evaluate("localStorage.length")).as("what is kept of it").isEqualTo(0);
  }

  private void whereABalancerScattersThePartsItGoesInOnePiece(Page page, Server server)
      throws IOException {
    List<String> parts = new ArrayList<>();
    page.route(
        Pattern.compile("/uploads/"),
        route -> {
          parts.add(route.request().method());
          route.fulfill(new Route.FulfillOptions().setStatus(404).setBody("{}"));
        });
    publishLarge(page, server, "in-one-piece");
    page.unroute(Pattern.compile("/uploads/"));
    assertThat(parts).containsExactly("PATCH");
  }

  private void publishLarge(Page page, Server server, String model) throws IOException {
    Path zip = temp.resolve(model + ".zip");
    byte[] random = new byte[9 << 20];
    new Random(model.hashCode()).nextBytes(random);
    Files.write(
        zip,
        Bundles.with(
            Bundles.SAMPLES.resolve("customer/v1"), temp, Map.of("embeddings.bin", random)));
    page.navigate(server.uri("/console/publish").toString());
    page.getByLabel("Bundle").setInputFiles(zip);
    page.getByLabel("Model").fill(model);
    button(page, "Publish").click();
    assertThat(page.locator("#result")).containsText("Published as version 1", LONG);
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private static Locator link(Page page, String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private static void promoteFromTheOutcome(Page page, Server server) throws Exception {
    link(page, "Promote").click();
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog).containsText("production of customer-churn has no version yet");
    dialog.getByLabel("Reason").fill("the first one");
    button(page, "Promote v1").click();
    assertThat(page.locator("#toast")).containsText("production of customer-churn now serves v1");
    assertThat(production(server)).isEqualTo(1);
  }

  private static int production(Server server) throws IOException, InterruptedException {
    return server.get("/api/v1/models/customer-churn").at("/stages/production/version").asInt();
  }

  private static void tryIt(Page page, Server server) throws Exception {
    page.navigate(server.uri(CUSTOMER + "/try").toString());
    assertThat(page.getByLabel("customer_id")).not().hasValue("");
    page.getByLabel("contract").fill("Month-to-month");
    page.getByLabel("monthly_charges").fill("a lot");
    button(page, "Predict").click();
    assertThat(page.locator("#e-monthly_charges")).containsText("expected a number");

    page.getByLabel("monthly_charges").fill("99.5");
    button(page, "Predict").click();
    assertThat(page.locator("#decision .label")).hasText(Pattern.compile("stay|churn"));
    assertThat(page.locator("#decision meter")).hasCount(2);
    assertThat(page.locator("#phases")).containsText("inference");
    assertThat(page.locator("#way")).containsText("standard_scale");
    assertThat(page.locator("#way")).containsText("Model input");
    assertThat(page.locator("#snippet")).containsText("\"monthly_charges\": 99.5");
    page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("Python")).click();
    assertThat(page.locator("#snippet")).containsText("urlopen");

    // More digits than JavaScript keeps go out and come back as they are.
    page.getByLabel("monthly_charges").fill("9007199254740993");
    assertThat(page.locator("#snippet")).containsText("9007199254740993");
  }

  private void aBundleWithASkewIsRefusedInWords(Page page, Server server) throws IOException {
    Path zip = temp.resolve("skewed.zip");
    Files.write(zip, Bundles.zip(Bundles.SAMPLES.resolve("customer/skewed")));
    page.navigate(server.uri("/console/publish").toString());
    page.getByLabel("Bundle").setInputFiles(zip);
    page.getByLabel("Model").fill("customer-churn");
    button(page, "Publish").click();
    assertThat(page.locator("[data-check=examples]")).hasClass("wrong");
    assertThat(page.locator("[data-check=graph]")).hasClass("");
    assertThat(page.locator(".finding").first()).containsText("expected");
  }

  private static void promoteAndRollBackByKeyboardAlone(Browser browser, Server server)
      throws Exception {
    Page page = browser.page(1280, ColorScheme.DARK);
    page.navigate(server.uri(CUSTOMER).toString());
    tabTo(page, "Promote version 2");
    page.keyboard().press("Enter");
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog).containsText("Promote v2 to production");
    assertThat(dialog).containsText("auc");
    assertThat(dialog).containsText("Preprocessing");
    assertThat(page.getByLabel("Reason")).isFocused();
    page.keyboard().type("better on the held-out customers");
    page.keyboard().press("Enter");
    assertThat(page.locator("#toast")).containsText("now serves v2");
    assertThat(dialog).isHidden();
    assertThat(page.locator("#history")).containsText("better on the held-out customers");
    assertThat(production(server)).isEqualTo(2);

    tabTo(page, "Roll back to v1");
    page.keyboard().press("Enter");
    assertThat(dialog).containsText("Roll production back to v1");
    page.keyboard().press("Escape");
    assertThat(dialog).isHidden();
    assertThat(production(server)).isEqualTo(2);
    tabTo(page, "Roll back to v1");
    page.keyboard().press("Enter");
    assertThat(page.getByLabel("Reason")).isFocused();
    page.keyboard().type("complaints of the field");
    page.keyboard().press("Enter");
    assertThat(page.locator("#toast")).containsText("now serves v1");
    assertThat(production(server)).isEqualTo(1);
  }

  /// Walks by the tabulator until the link or button `name` has the focus.
  private static void tabTo(Page page, String name) {
    for (int i = 0; i < 80; i++) {
      page.keyboard().press("Tab");
      Object at =
          page.evaluate(
              "(document.activeElement.ariaLabel ?? document.activeElement.textContent).trim()");
      if (name.equals(at)) {
        return;
      }
    }
    throw new AssertionError(name + " is not reached by the keyboard");
  }

  private static void whatIsDoneElsewhereShowsByItself(Browser browser, Server server)
      throws Exception {
    Page page = browser.page(1280, ColorScheme.LIGHT);
    page.navigate(server.uri(CUSTOMER).toString());
    assertThat(page.locator("#live")).hasText("live");
    server.put(
        "/api/v1/models/customer-churn/stages/production",
        "{\"version\":2,\"reason\":\"from elsewhere\"}");
    assertThat(page.locator("#stages")).containsText("Roll back to v1");
    assertThat(page.locator("#history")).containsText("from elsewhere");
  }

  private static void whatIsSaidOfAModelIsChanged(Page page, Server server) throws Exception {
    page.navigate(server.uri(CUSTOMER).toString());
    link(page, "Edit").click();
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    dialog.getByLabel("Description").fill("Who is about to leave");
    dialog.getByLabel("Owner").fill("the retention team");
    dialog.getByLabel("Tags").fill("team=retention\ncritical");
    button(page, "Save").click();
    assertThat(page.locator("#about")).containsText("Who is about to leave");
    assertThat(page.locator("#about")).containsText("team=retention");
    link(page, "Edit").click();
    dialog.getByLabel("Tags").fill("critical");
    button(page, "Save").click();
    assertThat(page.locator("#about")).not().containsText("team=retention");
    assertThat(server.get("/api/v1/models/customer-churn").path("tags").toString())
        .isEqualTo("{\"critical\":\"\"}");
  }

  private static void anAliasIsMadeMovedAndRemoved(Page page, Server server) throws Exception {
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    link(page, "New alias").click();
    dialog.getByLabel("Alias").fill("champion");
    dialog.getByLabel("Version").selectOption("1");
    dialog.getByLabel("Reason").fill("the one that won");
    button(page, "Set alias").click();
    assertThat(page.locator("#toast"))
        .containsText("@champion of customer-churn now points to v1.");
    assertThat(page.locator("#stages")).containsText("@champion");
    link(page, "Change the alias champion").click();
    dialog.getByLabel("Version").selectOption("2");
    dialog.getByLabel("Reason").fill("the one that wins now");
    button(page, "Set alias").click();
    assertThat(page.locator("#toast")).containsText("now points to v2.");
    assertThat(server.get("/api/v1/models/customer-churn").at("/aliases/champion").asInt())
        .isEqualTo(2);
    link(page, "Change the alias champion").click();
    button(page, "Remove @champion").click();
    assertThat(page.locator("#toast")).containsText("removed");
    assertThat(page.locator("#stages")).not().containsText("@champion");
  }

  private static void theFirstKeyClosesTheServiceAndSignsThisBrowserIn(Page page, Server server)
      throws Exception {
    page.navigate(server.uri("/console/access").toString());
    assertThat(page.locator("main")).containsText("Access is open, on this machine only.");
    page.getByLabel("Holder").fill("ada");
    button(page, "Create key").click();
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog.locator("[data-secret]")).containsText(Pattern.compile("^slp_"));
    page.keyboard().press("Escape");
    assertThat(dialog).isVisible();
    assertThat(server.status("/api/v1/models")).isEqualTo(401);
    button(page, "I have saved it").click();
    assertThat(page.locator("#keys")).containsText("ada");
    assertThat(page.locator(".who")).hasText("ada");
  }

  private static void whoMayOnlyLookIsOfferedNothingElse(
      Browser browser, Page admin, Server server) {
    admin.getByLabel("Holder").fill("visitor");
    admin.getByLabel("viewer").check();
    button(admin, "Create key").click();
    String key = admin.locator("[data-secret]").textContent();
    button(admin, "I have saved it").click();

    Page visitor = browser.page(1280, ColorScheme.LIGHT);
    visitor.navigate(server.uri("/").toString());
    visitor.getByLabel("Key").fill(key);
    button(visitor, "Sign in").click();
    assertThat(visitor.locator("h1")).hasText("Models");
    assertThat(link(visitor, "Access")).hasCount(0);
    visitor.navigate(server.uri(CUSTOMER).toString());
    assertThat(visitor.locator("#versions")).containsText("v2");
    assertThat(link(visitor, "Roll back to v1")).hasCount(0);
    assertThat(link(visitor, "Edit")).hasCount(0);

    link(admin, "Revoke the key of visitor").click();
    admin.getByLabel("Reason").fill("has left");
    button(admin, "Revoke key").click();
    assertThat(admin.locator("#keys")).not().containsText("visitor");
    assertThat(admin.locator("h1")).hasCount(1);
    visitor.reload();
    assertThat(visitor.locator("h1")).hasText("Sign in to Slipway");
    button(admin, "Sign out").click();
    assertThat(admin.locator("h1")).hasText("Sign in to Slipway");
    admin.goBack();
    assertThat(admin.locator("h1")).hasText("Sign in to Slipway");
  }
}
