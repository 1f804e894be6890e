package io.slipway.pipeline.mail;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.text.HtmlStripper;
import java.util.ArrayList;
import java.util.List;

/// Reads an RFC 5322 message like Python's `email` package with its default policy (compat32): any
/// bytes are a mail, with as much structure as can be recognised.
///
/// The text consists of all `text/plain` parts that are not attachments, joined by a line break; if
/// these are blank, of all `text/html` parts, each without markup. A part declared as an
/// attachment, or with a file name, is not part of the text; a part counts as an attachment where
/// it is declared as one or is not text. The charset is the declared one, otherwise UTF-8 where the
/// bytes are valid, otherwise ISO-8859-1. CRLF becomes LF; NUL is removed.
public final class MailReader {
  private MailReader() {}

  /// @param maxBytes of the raw message
  /// @param maxParts of parts, and of nested containers
  /// @throws RefusedInput.TooLarge over these limits; nothing else is refused
  public static Mail read(byte[] raw, int maxBytes, int maxParts) {
    if (raw.length > maxBytes) {
      throw new RefusedInput.TooLarge("the mail has " + raw.length + " bytes; at most " + maxBytes);
    }
    MimeParser parser = new MimeParser(raw, maxParts);
    Part message = parser.message();
    List<String> plain = new ArrayList<>();
    List<String> html = new ArrayList<>();
    int attachments = 0;
    for (Part part : parser.leaves()) {
      attachments += part.isAttachment() ? 1 : 0;
      if (part.standsApart()) {
        continue;
      }
      if (part.contentType().equals("text/plain")) {
        plain.add(part.text());
      } else if (part.contentType().equals("text/html")) {
        html.add(part.text());
      }
    }
    return new Mail(
        HeaderWords.decode(message.header("subject")),
        HeaderWords.decode(message.header("from")),
        text(plain, html),
        parser.leaves().size(),
        attachments,
        !html.isEmpty());
  }

  private static String text(List<String> plain, List<String> html) {
    String text = String.join("\n", plain);
    if (!text.chars().allMatch(HeaderWords::isSpace)) {
      return text;
    }
    return String.join("\n", html.stream().map(HtmlStripper::strip).toList());
  }
}
