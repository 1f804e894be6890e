package io.slipway.journey;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// A real Chromium of this machine, and everything that it complains about.
final class Browser implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "chrome");

  private final Playwright playwright;
  private final com.microsoft.playwright.Browser chromium;
  private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());

  private Browser(Playwright playwright, com.microsoft.playwright.Browser chromium) {
    this.playwright = playwright;
    this.chromium = chromium;
  }

  static Browser open() {
    Path executable = executable();
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    return new Browser(
        playwright,
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(executable)
                    // Root, as in a container, has no sandbox.
                    .setArgs(List.of("--no-sandbox"))));
  }

  private static Path executable() {
    String named = System.getenv("SLIPWAY_CHROMIUM");
    if (named != null) {
      return Path.of(named);
    }
    return Stream.of(
            Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "The tests of the console need a Chromium, and there is none on the PATH ("
                        + String.join(", ", NAMES)
                        + "). Debian: apt-get install chromium; macOS: brew install chromium; or"
                        + " name one by SLIPWAY_CHROMIUM"));
  }

  /// A page of its own: nothing cached, no history.
  Page page(int width, ColorScheme colours) {
    BrowserContext context =
        chromium.newContext(
            new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(width, 900)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setColorScheme(colours));
    context.setDefaultTimeout(30_000);
    context.addInitScript(
        "addEventListener('securitypolicyviolation', e => console.error('CSP: ' +"
            + " e.violatedDirective + ' ' + e.blockedURI))");
    context.onConsoleMessage(this::hear);
    Page page = context.newPage();
    page.onPageError(complaints::add);
    return page;
  }

  private void hear(ConsoleMessage message) {
    // What the registry refuses, a page shows; the browser notes it too.
    boolean refused = message.text().contains("the server responded with a status of 4");
    if (Arrays.asList("error", "warning").contains(message.type()) && !refused) {
      complaints.add(message.text() + " at " + message.location());
    }
  }

  /// Errors and warnings of the browser's console, violations of the Content-Security-Policy.
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /// Takes back the complaints of what a test has brought about itself.
  ///
  /// @return how many have `part` in them
  int takeBack(String part) {
    synchronized (complaints) {
      int before = complaints.size();
      complaints.removeIf(complaint -> complaint.contains(part));
      return before - complaints.size();
    }
  }

  @Override
  public void close() {
    chromium.close();
    playwright.close();
  }
}
