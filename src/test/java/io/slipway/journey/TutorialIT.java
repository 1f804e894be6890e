package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.journey.Walkthrough.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tutorial, done as it is written, against the packaged jar. Needs Python 3 with `venv`, and
/// its package index; a machine without Python leaves it out, unless it is CI's.
class TutorialIT {
  private static final Path PAGE = Path.of("docs/tutorial.md");

  @TempDir Path temp;

  @Test
  void everyCommandOfTheTutorialWorksAsWrittenAndPrintsWhatIsShown() throws Exception {
    assumeTrue(System.getenv("CI") != null || pythonIsHere(), "there is no Python 3 with venv");
    Path checkout = Files.createDirectory(temp.resolve("checkout"));
    // The launcher finds its build through the link.
    Files.createSymbolicLink(checkout.resolve("slipway"), Path.of("slipway").toAbsolutePath());
    List<Block> blocks = Walkthrough.blocks(PAGE);
    assertThat(blocks.getFirst()).isEqualTo(new Block("sh", "server", "./slipway up\n"));
    Map<String, String> samples =
        Map.of(
            "SLIPWAY_SAMPLES_ENABLED", "true", "SLIPWAY_SAMPLES_DIR", Bundles.SAMPLES.toString());
    try (Server server = Server.launch(temp.resolve("data"), samples)) {
      String address = "127.0.0.1:" + server.uri("/").getPort();
      server.awaitPrinted("Slipway is up");
      // Line by line.
      await()
          .untilAsserted(
              () ->
                  assertThat(server.log())
                      .matches(Walkthrough.expected(blocks.get(1).text(), address)));
      Walkthrough page =
          new Walkthrough(checkout, Map.of("SLIPWAY_URL", "http://" + address), address);
      assertThat(page.follow(blocks.subList(2, blocks.size()))).isGreaterThan(10);
    }
  }

  @Test
  void anythingElseThanWhatIsShownFails() {
    Walkthrough page = new Walkthrough(temp, Map.of(), "localhost:1");
    Block command = new Block("sh", "", "echo one; echo two; echo three\n");
    assertThatThrownBy(() -> page.follow(List.of(command, new Block("text", "", "one\n"))))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> page.follow(List.of(command, new Block("text", "", "one\n…\nfour\n"))))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> page.follow(List.of(new Block("sh", "", "false; true\n"))))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> page.follow(List.of(new Block("sh", "refused", "true\n"))))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void whatIsShownMayLeaveLinesAndPartsOfThemOut() throws Exception {
    Walkthrough page = new Walkthrough(temp, Map.of(), "localhost:1");
    Block command = new Block("sh", "", "echo one 1; echo two; echo three\n");
    assertThat(page.follow(List.of(command, new Block("text", "", "one …\n…\nthree\n…\n"))))
        .isEqualTo(1);
  }

  private static boolean pythonIsHere() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "-c", "import venv, ensurepip")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
