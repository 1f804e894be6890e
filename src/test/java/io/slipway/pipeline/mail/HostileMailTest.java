package io.slipway.pipeline.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.Seed;
import io.slipway.pipeline.frame.RefusedInput;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/// Mails made to cost time, stack or memory. Each takes far less than a second; the limit leaves
/// room for a busy machine, and is far below what a quadratic reading takes.
@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
@Tag("slow")
class HostileMailTest {
  private static final int MANY = 12 << 20;

  private static Mail read(String raw) {
    return MailReader.read(raw.getBytes(StandardCharsets.ISO_8859_1), 2 * MANY, 200);
  }

  @Test
  void aHundredThousandMultipartsInsideEachOtherAreRefused() {
    StringBuilder mail = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      mail.append("Content-Type: multipart/mixed; boundary=b").append(i);
      mail.append("\n\n--b").append(i).append('\n');
    }
    assertThatThrownBy(() -> read(mail.toString()))
        .isInstanceOf(RefusedInput.TooLarge.class)
        .hasMessageContaining("deeper");
  }

  @Test
  void aHundredThousandMessagesInsideEachOtherAreRefused() {
    String mail = "Content-Type: message/rfc822\n\n".repeat(100_000);
    assertThatThrownBy(() -> read(mail)).isInstanceOf(RefusedInput.TooLarge.class);
  }

  @Test
  void theDeepestNestingThatIsAllowedNeedsLittleStack() throws InterruptedException {
    String mail = "Content-Type: message/rfc822\n\n".repeat(200) + "Subject: x\n\nbody";
    Mail[] read = new Mail[1];
    Thread small = new Thread(null, () -> read[0] = read(mail), "small", 256 << 10);
    small.start();
    small.join();
    assertThat(read[0]).isNotNull();
    assertThat(read[0].text()).isEqualTo("body");
  }

  @Test
  void aMillionHeadersAreRead() {
    Mail mail = read("X-Header: value\n".repeat(1_000_000) + "Subject: last\n\nbody");
    assertThat(mail.subject()).isEqualTo("last");
    assertThat(mail.text()).isEqualTo("body");
  }

  @Test
  void aHeaderOfManyMegabytesIsRead() {
    assertThat(read("Subject: " + "x".repeat(MANY)).subject()).hasSize(MANY);
    assertThat(read("Subject: x\n" + " y\n".repeat(MANY / 3)).subject()).startsWith("x y y");
    assertThat(read("Subject: " + "=?utf-8?q?a?= ".repeat(MANY / 14)).subject()).startsWith("aaa");
    assertThat(read("Subject: " + "=?utf-8?q?a ".repeat(MANY / 12)).subject()).startsWith("=?");
    assertThat(read("Subject: " + "=?".repeat(MANY / 2)).subject()).startsWith("=?");
    assertThat(read("Subject: " + "=?a?q?".repeat(MANY / 6) + "\n\n").text()).isEmpty();
    assertThat(read("Subject: " + "\u00e9".repeat(MANY)).subject()).startsWith("\ufffd");
  }

  @Test
  void aHeaderOfMillionsOfParametersIsRead() {
    String type = "Content-Type: multipart/mixed";
    assertThat(read(type + "; a=b".repeat(MANY / 5)).parts()).isEqualTo(1);
    assertThat(read(type + ";".repeat(MANY)).parts()).isEqualTo(1);
    assertThat(read(type + "; a=\"" + ";".repeat(MANY)).parts()).isEqualTo(1);
    assertThat(read(type + "; a=" + "\\\"".repeat(MANY / 2)).parts()).isEqualTo(1);
    StringBuilder pieces = new StringBuilder(type);
    for (int i = 0; i < 500_000; i++) {
      pieces.append("; name*").append(500_000 - i).append("*=%41");
    }
    assertThat(read(pieces.toString()).attachments()).isEqualTo(1);
  }

  @Test
  void millionsOfLinesThatLookLikeBoundariesAreRead() {
    StringBuilder open = new StringBuilder();
    for (int i = 0; i < 150; i++) {
      open.append("Content-Type: multipart/mixed; boundary=" + "b".repeat(i + 1));
      open.append("\n\n--" + "b".repeat(i + 1) + "\n");
    }
    assertThat(read(open + "\n" + "--x\n".repeat(MANY / 4)).parts()).isEqualTo(1);
    assertThat(read(open + "\n" + "--bb-\n".repeat(MANY / 6)).parts()).isEqualTo(1);
    String endless = "b".repeat(MANY / 4);
    Mail mail = read("Content-Type: multipart/mixed; boundary=" + endless + "\n\n--" + endless);
    assertThat(mail.parts()).isEqualTo(1);
    String separators = "Content-Type: multipart/mixed; boundary=a\n\n" + "--a\n".repeat(MANY / 4);
    assertThat(read(separators).parts()).isEqualTo(1);
  }

  @Test
  void garbageInTransferEncodingsIsDecodedAsFarAsItGoes() {
    String base64 = "Content-Transfer-Encoding: base64\n\n";
    assertThat(read(base64 + "*-_\u00ff ".repeat(MANY / 5)).text()).isEmpty();
    assertThat(read(base64 + "=".repeat(MANY)).text()).isEmpty();
    assertThat(read(base64 + "A").text()).isEqualTo("A");
    String quoted = "Content-Transfer-Encoding: quoted-printable\n\n";
    assertThat(read(quoted + "=".repeat(MANY)).text()).hasSize(MANY / 2);
    assertThat(read(quoted + "=\n".repeat(MANY / 2)).text()).isEmpty();
  }

  @Test
  void hostileMarkupIsStripped() {
    String html = "Content-Type: text/html\n\n";
    assertThat(read(html + "<".repeat(MANY / 4)).hasHtml()).isTrue();
    assertThat(read(html + "<!--".repeat(MANY / 8)).hasHtml()).isTrue();
  }

  @Test
  void rubbishIsAMail() {
    long seed = Seed.of("hostile mails");
    Random random = new Random(seed);
    byte[] alphabet = "\n\n\r\t :;=-?\"'*%aAbB\u00e9".getBytes(StandardCharsets.ISO_8859_1);
    for (int round = 0; round < 20_000; round++) {
      byte[] raw = new byte[random.nextInt(200)];
      random.nextBytes(raw);
      for (int i = 0; i < raw.length; i++) {
        raw[i] = round % 2 == 0 ? raw[i] : alphabet[(raw[i] & 0xff) % alphabet.length];
      }
      String head = "Content-Type: multipart/mixed; boundary=a\n\n--a\n";
      String body = new String(raw, StandardCharsets.ISO_8859_1);
      assertThat(read(head + body).parts()).as("seed " + seed + " round " + round).isPositive();
      assertThat(read(body).parts()).as("seed " + seed + " round " + round).isPositive();
    }
  }
}
