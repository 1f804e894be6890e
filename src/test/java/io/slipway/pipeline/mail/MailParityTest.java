package io.slipway.pipeline.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.Seed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The mail reader of training and that of serving read the same in mails that are mutated at
/// random: `src/test/python/mail_fuzz.py` makes them, and says what the packager reads. The
/// properties `slipway.mails.fuzz` (how many) and `slipway.mails.folder` (of further mails to begin
/// with, `*.txt`) are for larger runs by hand.
class MailParityTest {
  private static final Path RESOURCES = Path.of("src", "test", "resources");
  private static final Path TABLE = Path.of("src", "main", "resources", "mail", "charsets.txt");
  private static final Path PACKAGER =
      Path.of("clients", "python", "slipway", "pack", "charsets.txt");
  private static final Path SCRIPTS = Path.of("src", "test", "python");
  private static final Set<String> WIDE =
      Set.of(
          "utf_8",
          "big5",
          "euc_jp",
          "shift_jis",
          "iso2022_jp",
          "euc_kr",
          "cp949",
          "gb2312",
          "gbk",
          "gb18030");
  private static final List<String> TAILS = List.of("", "38", "3865", "8138", "a1ff");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void packagerAndServerReadTheSameInMutatedMails() throws Exception {
    int count = Integer.getInteger("slipway.mails.fuzz", 3_000);
    long seed = Seed.of("mutated mails");
    List<String> command =
        new ArrayList<>(
            List.of(
                "python3",
                SCRIPTS.resolve("mail_fuzz.py").toString(),
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

  /// Also the bytes that no mutation is likely to meet: `charset_reference.py` has the sequences.
  @Test
  void packagerAndServerDecodeEveryShortSequenceAlike() throws Exception {
    assumeTrue(pythonIsHere(), "there is no python3 here to ask");
    Process python =
        new ProcessBuilder("python3", SCRIPTS.resolve("charset_reference.py").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> different = new ArrayList<>();
    int compared = 0;
    MessageDigest texts = MessageDigest.getInstance("SHA-256");
    try (BufferedReader lines = python.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] row = line.split(" ");
        int first = Integer.parseInt(row[2], 16);
        List<byte[]> sequences = sequences(first, WIDE.contains(row[0]));
        if (row[0].equals("euc_kr") && first == 0xa4) {
          addSyllables(sequences);
        }
        for (byte[] sequence : sequences) {
          texts.update(Charsets.decode(sequence, row[0]).getBytes(StandardCharsets.UTF_8));
          texts.update((byte) '\n');
        }
        if (!HexFormat.of().formatHex(texts.digest()).equals(row[3])) {
          different.add(row[0] + " from byte " + row[2]);
        }
        compared++;
      }
    }
    assertThat(python.waitFor()).isZero();
    assertThat(compared).isGreaterThan(10_000);
    assertThat(different).isEmpty();
  }

  private static List<byte[]> sequences(int first, boolean wide) {
    List<byte[]> sequences = new ArrayList<>();
    sequences.add(new byte[] {(byte) first});
    for (int second = 0; wide && second < 256; second++) {
      for (String tail : TAILS) {
        byte[] rest = HexFormat.of().parseHex(tail);
        byte[] sequence = new byte[2 + rest.length];
        sequence[0] = (byte) first;
        sequence[1] = (byte) second;
        System.arraycopy(rest, 0, sequence, 2, rest.length);
        sequences.add(sequence);
      }
    }
    return sequences;
  }

  private static void addSyllables(List<byte[]> sequences) {
    for (int a = 0xa0; a <= 0xd5; a++) {
      for (int b = 0xa0; b <= 0xd5; b++) {
        for (int c = 0xa0; c <= 0xd5; c++) {
          byte jamo = (byte) 0xa4;
          sequences.add(
              new byte[] {jamo, (byte) 0xd4, jamo, (byte) a, jamo, (byte) b, jamo, (byte) c});
        }
      }
    }
  }

  @Test
  void bothHaveTheSameTableOfCharsets() throws IOException {
    assertThat(Files.readString(PACKAGER)).isEqualTo(Files.readString(TABLE));
  }
}
