package io.slipway.pipeline.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The mail reader of training and that of serving read the same in mails that are mutated at
/// random: `src/test/python/mail_fuzz.py` makes them, and says what the packager reads. The
/// properties `slipway.mails.fuzz` (how many), `slipway.mails.seed` and `slipway.mails.folder` (of
/// further mails to begin with, `*.txt`) are for larger runs by hand.
class MailParityTest {
  private static final Path RESOURCES = Path.of("src", "test", "resources");
  private static final Path TABLE = Path.of("src", "main", "resources", "mail", "charsets.txt");
  private static final Path PACKAGER = Path.of("models-sample", "slipway_pack", "charsets.txt");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void packagerAndServerReadTheSameInMutatedMails() throws Exception {
    int count = Integer.getInteger("slipway.mails.fuzz", 3_000);
    long seed = Long.getLong("slipway.mails.seed", new Random().nextInt(1 << 30));
    System.out.println("seed of the mutated mails: " + seed);
    List<String> command =
        new ArrayList<>(
            List.of(
                "python3",
                Path.of("src", "test", "python", "mail_fuzz.py").toString(),
                Long.toString(seed),
                Integer.toString(count)));
    originals().forEach(path -> command.add(path.toString()));
    assumeTrue(pythonIsHere(), "there is no python3 here to ask");
    Process python =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> different = new ArrayList<>();
    int read = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(python.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode mail = JSON.readTree(line);
        String difference = difference(mail);
        if (difference != null) {
          different.add(difference + " of " + mail.get("raw_b64").asText());
        }
        read++;
      }
    }
    assertThat(python.waitFor()).as("seed %d", seed).isZero();
    assertThat(read).isEqualTo(count);
    assertThat(different.stream().limit(5).toList())
        .as("%d of %d mails, seed %d", different.size(), count, seed)
        .isEmpty();
  }

  private static boolean pythonIsHere() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "-c", "import email").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<Path> originals() throws IOException {
    List<Path> paths = new ArrayList<>();
    paths.addAll(files(RESOURCES.resolve("bundles"), ".eml"));
    paths.addAll(files(Path.of("models-sample"), ".eml"));
    paths.addAll(files(RESOURCES.resolve("pipeline").resolve("mail"), ".jsonl"));
    String folder = System.getProperty("slipway.mails.folder");
    if (folder != null) {
      paths.addAll(files(Path.of(folder), ".txt"));
    }
    return paths;
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(path -> path.toString().endsWith(ending)).sorted().toList();
    }
  }

  /// Null where there is none.
  private static @Nullable String difference(JsonNode mail) {
    byte[] raw = Base64.getDecoder().decode(mail.get("raw_b64").asText());
    JsonNode parsed = mail.get("parsed");
    Mail expected =
        new Mail(
            parsed.get("subject").asText(),
            parsed.get("sender").asText(),
            parsed.get("text").asText(),
            parsed.get("n_parts").asInt(),
            parsed.get("n_attachments").asInt(),
            parsed.get("has_html").asBoolean());
    Mail read = MailReader.read(raw, 10 << 20, 200);
    return read.equals(expected) ? null : "<" + read + ">, the packager's <" + expected + ">";
  }

  @Test
  void bothHaveTheSameTableOfCharsets() throws IOException {
    assertThat(Files.readString(PACKAGER)).isEqualTo(Files.readString(TABLE));
  }
}
