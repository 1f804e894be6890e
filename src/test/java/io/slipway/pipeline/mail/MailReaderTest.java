package io.slipway.pipeline.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.pipeline.frame.RefusedInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// The same subject, sender, text and counts as Python's `email` package gives. `python.jsonl` is
/// written by `src/test/python/mail_reference.py`.
class MailReaderTest {
  private static final int MAX_BYTES = 10 << 20;
  private static final int MAX_PARTS = 200;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static Mail read(String raw) {
    byte[] bytes = raw.getBytes(StandardCharsets.ISO_8859_1);
    return MailReader.read(bytes, MAX_BYTES, MAX_PARTS);
  }

  @Test
  void theReferenceMailsAreReadAsInTraining() throws Exception {
    List<String> different = new ArrayList<>();
    for (String line : lines("cases.jsonl")) {
      JsonNode node = MAPPER.readTree(line);
      byte[] raw = Base64.getDecoder().decode(node.get("raw_b64").asText());
      compare(node.get("case").asText(), node.get("parsed"), raw, different);
    }
    assertThat(different).isEmpty();
  }

  @Test
  void uglyMailsAreReadAsPythonReadsThem() throws Exception {
    List<String> different = new ArrayList<>();
    int count = 0;
    for (String line : lines("python.jsonl")) {
      JsonNode node = MAPPER.readTree(line);
      byte[] raw = node.get("raw").asText().getBytes(StandardCharsets.ISO_8859_1);
      compare(node.get("raw").toString(), node.get("parsed"), raw, different);
      count++;
    }
    assertThat(different).isEmpty();
    assertThat(count).isGreaterThan(1600);
  }

  /// A line of the file for each mail, as `mail_reference.py FOLDER FILE` writes it.
  @Test
  @EnabledIfSystemProperty(named = "slipway.mails", matches = ".+")
  void aWholeCorpusIsReadAsPythonReadsIt() throws Exception {
    List<String> different = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(System.getProperty("slipway.mails")))) {
      JsonNode node = MAPPER.readTree(line);
      byte[] raw = Files.readAllBytes(Path.of(node.get("file").asText()));
      compare(node.get("file").asText(), node.get("parsed"), raw, different);
    }
    assertThat(different).isEmpty();
  }

  private static void compare(String name, JsonNode parsed, byte[] raw, List<String> different)
      throws NoSuchAlgorithmException {
    Mail mail = MailReader.read(raw, MAX_BYTES, MAX_PARTS);
    compare(name, "subject", parsed.get("subject").asText(), mail.subject(), different);
    compare(name, "sender", parsed.get("sender").asText(), mail.sender(), different);
    compare(name, "parts", parsed.get("n_parts").asText(), "" + mail.parts(), different);
    compare(
        name,
        "attachments",
        parsed.get("n_attachments").asText(),
        "" + mail.attachments(),
        different);
    compare(name, "HTML", parsed.get("has_html").asText(), mail.hasHtml() ? "1" : "0", different);
    if (parsed.has("text")) {
      compare(name, "text", parsed.get("text").asText(), mail.text(), different);
    } else {
      byte[] text = mail.text().getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
      String is = HexFormat.of().formatHex(hash);
      compare(name, "hash of the text", parsed.get("text_sha256").asText(), is, different);
    }
  }

  private static void compare(
      String name, String what, String expected, String is, List<String> different) {
    if (!expected.equals(is)) {
      different.add(name + ": " + what + " <" + is + ">, Python's <" + expected + ">");
    }
  }

  private static List<String> lines(String name) throws IOException {
    try (InputStream in = MailReaderTest.class.getResourceAsStream("/pipeline/mail/" + name)) {
      byte[] bytes = Objects.requireNonNull(in, name).readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }
  }

  @Test
  void aMailOverTheLimitsIsRefused() {
    byte[] mail = "Subject: x\n\nbody\n".getBytes(StandardCharsets.US_ASCII);
    assertThat(MailReader.read(mail, mail.length, 1).text()).isEqualTo("body\n");
    assertThatThrownBy(() -> MailReader.read(mail, mail.length - 1, 1))
        .isInstanceOf(RefusedInput.TooLarge.class);
    String parts =
        "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n".repeat(201) + "--b--\n";
    assertThatThrownBy(() -> read(parts))
        .isInstanceOf(RefusedInput.TooLarge.class)
        .hasMessageContaining("200 parts");
    assertThat(read(parts.replaceFirst("--b\n\nx\n", "")).parts()).isEqualTo(200);
  }

  @Test
  void whatIsNoTextIsAnAttachment() {
    String signed =
        """
        From: a@b
        Subject: s
        Content-Type: multipart/signed; boundary=q; protocol="application/pgp-signature"

        --q
        Content-Type: text/plain

        hello
        --q
        Content-Type: application/pgp-signature

        -----BEGIN PGP SIGNATURE-----
        --q--
        """;
    assertThat(read(signed)).isEqualTo(new Mail("s", "a@b", "hello", 2, 1, false));
    assertThat(read("Content-Type: image/png\nContent-Disposition: inline\n\nx").attachments())
        .isOne();
    assertThat(read("Content-Type: multipart/alternative; boundary=b\n\nx\n").attachments())
        .isOne();
    assertThat(read("Content-Type: text/plain\nContent-Disposition: attachment\n\nx").attachments())
        .isOne();
    Mail named = read("Content-Type: text/plain; name=notes.txt\n\nx");
    assertThat(named.attachments()).isZero();
    assertThat(named.text()).isEmpty();
  }

  @Test
  void theDeclaredCharsetHoldsWhateverTheBytesAre() {
    String utf8 =
        new String("gr\u00fc\u00dfe".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertThat(read("Content-Type: text/plain; charset=us-ascii\n\n" + utf8).text())
        .isEqualTo("gr\ufffd\ufffd\ufffd\ufffde");
    for (String unknown : List.of("", "; charset=bogus-8", "; charset=x-windows-949")) {
      assertThat(read("Content-Type: text/plain" + unknown + "\n\n" + utf8).text())
          .isEqualTo("gr\u00fc\u00dfe");
      assertThat(read("Content-Type: text/plain" + unknown + "\n\ncaf\u00e9").text())
          .isEqualTo("caf\u00e9");
    }
  }

  @Test
  void aHeaderThatCanNotBeDecodedStaysAsItStands() {
    Mail mail =
        read("From:\r\n \"A Person\" <a@b>\r\nSubject: =?bogus-8?Q?caf=E9?= offer\r\n\r\nx");
    assertThat(mail.sender()).isEqualTo("\"A Person\" <a@b>");
    assertThat(mail.subject()).isEqualTo("=?bogus-8?Q?caf=E9?= offer");
  }

  @Test
  void anEmptyMailIsAMail() {
    assertThat(read("")).isEqualTo(new Mail("", "", "", 1, 0, false));
  }
}
