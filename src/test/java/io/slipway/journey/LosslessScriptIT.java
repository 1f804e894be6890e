package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The console's reading and writing of JSON, in a real browser.
class LosslessScriptIT {
  private static final Path SCRIPT = Path.of("src", "main", "resources", "console", "lossless.js");

  @Test
  void numbersComeBackAsTheyWereWritten() throws Exception {
    String source = Files.readString(SCRIPT);
    String json =
        "{\"a\":9007199254740993,\"b\":[1,1.0,-0.0,1e2,0.1,\"9007199254740993 \\\" 1.0\"],"
            + "\"c\":18446744073709551615}";
    try (Browser browser = Browser.open()) {
      Page page = browser.page(800, ColorScheme.LIGHT);
      Object back =
          page.evaluate(
              """
              async ([source, json]) => {
                const script = await import("data:text/javascript," + encodeURIComponent(source));
                const read = script.parse(json);
                return [script.stringify(read), script.brief(read.c), script.brief(read.b[1]),
                        script.brief(123456789), script.brief(0.123456789)].join("|");
              }
              """,
              List.of(source, json));
      assertThat(back).isEqualTo(json + "|18446744073709551615|1|123456789|0.12346");
    }
  }
}
