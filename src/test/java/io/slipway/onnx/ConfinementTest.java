package io.slipway.onnx;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InvalidBundle;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a process that tries a bundle can do when it is taken over: a real one tries, once, and
/// each test looks at one deed. Of Linux, as the confinement is.
class ConfinementTest {
  private static Map<String, String> deeds;

  @BeforeAll
  static void aTakenOverProbeTriesEverything(@TempDir Path temp) throws Exception {
    assumeTrue(System.getProperty("os.name").equals("Linux"));
    Path folder = Files.createDirectory(temp.resolve("bundle"));
    Bundle bundle = ModelFiles.bundle(folder, "sum");
    Path secret = Files.writeString(temp.resolve("secret"), "the password");
    Process victim = new ProcessBuilder("sleep", "60").start();
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        InputStream open = Files.newInputStream(secret)) {
      Files.write(
          folder.resolve("targets"),
          List.of(
              Integer.toString(listening.getLocalPort()),
              Long.toString(victim.pid()),
              secret.toString()));
      deeds = deeds(bundle);
      assertThat(open.read()).isEqualTo('t');
      assertThat(victim.isAlive()).isTrue();
    } finally {
      victim.destroyForcibly();
    }
  }

  private static Map<String, String> deeds(Bundle bundle) {
    ProbeRunner runner =
        new ProbeRunner(
            new ProbeLimits(Duration.ofSeconds(60), 256L << 20, 1L << 30),
            List.of("-cp", System.getProperty("java.class.path"), BoldProbe.class.getName()));
    try {
      throw new AssertionError("not refused: " + runner.run(bundle));
    } catch (InvalidBundle e) {
      return e.findings().stream().collect(toMap(Finding::code, Finding::message));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connect",
        "connect_locally",
        "fork",
        "kill",
        "read_a_file_of_others",
        "read_the_parents_environment",
        "write_beside_the_bundle",
        "write_a_file_of_others",
        "write_too_much",
        "take_12_gigabytes"
      })
  void isRefused(String deed) {
    assertThat(deeds.get(deed)).startsWith("refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"connect", "connect_locally", "fork"})
  void aRefusedCallIsNotPermittedRatherThanNotPossible(String deed) {
    assertThat(deeds.get(deed)).contains("not permitted");
  }

  @Test
  void aFileThatGrowsTooLargeIsCutOff() {
    assertThat(deeds.get("write_too_much")).contains("File too large");
  }

  @Test
  void whatTheWorkNeedsIsPermitted() {
    assertThat(deeds).containsEntry("write_where_it_works", "wrote");
    assertThat(deeds).containsEntry("a_thread_of_its_own", "ran");
  }

  @Test
  void nothingThatTheParentHasOpenIsInherited() throws IOException {
    assertThat(deeds.get("inherited")).doesNotContain("secret", "socket");
  }

  @Test
  void allOfItsThreadsGiveWayToThoseThatAnswerCallers() {
    assertThat(deeds).containsEntry("niceness", "5 to 5");
  }

  @Test
  void itsFolderIsItsOwnAndWasEmpty() {
    assertThat(deeds).containsEntry("where_it_works", "[allowed, large]");
  }
}
