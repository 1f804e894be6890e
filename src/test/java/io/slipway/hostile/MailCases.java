package io.slipway.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/// Whatever the bytes are, they are a mail: read, or too large, and never long.
final class MailCases {
  private MailCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    cases.add(mail("empty", ""));
    cases.add(mail("nul", "\0".repeat(100_000)));
    cases.add(mail("no-headers", "\n\n" + Corpus.MARK));
    cases.add(mail("a-million-headers", "X: y\n".repeat(1_000_000)));
    cases.add(mail("header-of-megabytes", "Subject: " + "x".repeat(9 << 20)));
    cases.add(mail("folds", "Subject: x" + "\n y".repeat(2_000_000)));
    cases.add(mail("encoded-words", "Subject: " + "=?utf-8?q?a?= ".repeat(500_000)));
    cases.add(mail("open-words", "Subject: " + "=?utf-8?q?a ".repeat(500_000)));
    cases.add(mail("word-of-unknown-charset", "Subject: =?evil?b?AAAA?="));
    cases.add(mail("word-starts", "Subject: " + "=?".repeat(4_000_000)));
    cases.add(mail("multiparts-in-multiparts", multiparts(100_000)).may(200, 413));
    cases.add(mail("mails-in-mails", "Content-Type: message/rfc822\n\n".repeat(100_000)));
    cases.add(mail("boundary-of-nothing", "Content-Type: multipart/mixed; boundary=\n\n--\n--"));
    cases.add(mail("boundary-of-megabytes", boundary("b".repeat(4 << 20))));
    cases.add(mail("boundaries-that-begin-alike", alike()));
    cases.add(mail("a-million-boundaries", boundary("b") + "--b\n".repeat(1_000_000)));
    cases.add(mail("boundary-never-there", boundary("b") + "-".repeat(5 << 20)));
    cases.add(mail("parameters", "Content-Type: text/plain" + "; a=b".repeat(500_000)));
    cases.add(mail("parameter-pieces", pieces()));
    cases.add(mail("open-quote", "Content-Type: text/plain; name=\"" + "\\\"".repeat(1_000_000)));
    cases.add(mail("open-comment", "Content-Type: text/plain" + " (".repeat(1_000_000)));
    cases.add(mail("base64-of-nothing", coded("base64", "=".repeat(5 << 20))));
    cases.add(mail("base64-broken", coded("base64", "A!".repeat(2 << 20))));
    cases.add(mail("quoted-printable", coded("quoted-printable", "=".repeat(5 << 20))));
    cases.add(mail("uuencoded", coded("x-uuencode", "begin 644 /etc/passwd\n" + "M".repeat(99))));
    cases.add(mail("utf-7", "Content-Type: text/plain; charset=utf-7\n\n+ADw-script+AD4-"));
    cases.add(mail("iso-2022", charset("iso-2022-jp") + "\u001b$B".repeat(500_000)));
    cases.add(mail("html-deep", html("<div>".repeat(1_000_000))));
    cases.add(mail("html-attributes", html("<a" + " b=c".repeat(1_000_000))));
    cases.add(mail("html-entities", html("&lt;&#99999999999;&#x;".repeat(200_000))));
    cases.add(mail("html-open-comments", html("<!--".repeat(1_000_000))));
    cases.add(mail("html-scripts", html("<script>".repeat(500_000))));
    cases.add(call("11-megabytes", () -> new byte[11 << 20]).may(413));
    Random random = new Random(5322);
    byte[] noise = new byte[1 << 20];
    random.nextBytes(noise);
    cases.add(call("noise", () -> noise).may(200, 413));
    return cases;
  }

  private static Case mail(String name, String raw) {
    return call(name, () -> raw.getBytes(ISO_8859_1)).may(200, 400, 413, 422);
  }

  private static Case call(String name, Supplier<byte[]> body) {
    return Case.call("mail/" + name, "POST", "/models/mail-spam/predict", "message/rfc822", body);
  }

  private static String boundary(String boundary) {
    return "Content-Type: multipart/mixed; boundary=" + boundary + "\n\n";
  }

  private static String multiparts(int levels) {
    StringBuilder mail = new StringBuilder();
    for (int i = 0; i < levels; i++) {
      mail.append("Content-Type: multipart/mixed; boundary=b").append(i);
      mail.append("\n\n--b").append(i).append('\n');
    }
    return mail.toString();
  }

  private static String alike() {
    StringBuilder mail = new StringBuilder();
    for (int i = 1; i < 150; i++) {
      mail.append(boundary("b".repeat(i))).append("--").append("b".repeat(i)).append('\n');
    }
    return mail.append(("--" + "b".repeat(149) + "x\n").repeat(50_000)).toString();
  }

  private static String pieces() {
    StringBuilder mail = new StringBuilder("Content-Disposition: attachment");
    for (int i = 0; i < 200_000; i++) {
      mail.append("; filename*").append(i).append("*=%41");
    }
    return mail.append("\n\nx").toString();
  }

  private static String coded(String coding, String body) {
    return "Content-Transfer-Encoding: " + coding + "\n\n" + body;
  }

  private static String charset(String name) {
    return "Content-Type: text/plain; charset=" + name + "\n\n";
  }

  private static String html(String body) {
    return "Content-Type: text/html\n\n" + body;
  }
}
