package io.slipway.pipeline.mail;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.text.HtmlStripper;
import java.util.ArrayList;
import java.util.List;

/// Reads an RFC 5322 message as Python's `email` package does, in its default (compat32) reading:
/// whatever the bytes are, they are a mail, with as much structure as can be made out.
///
/// The text: all parts of type `text/plain` that are no attachments, joined by a line break, or,
/// when these are blank, all of type `text/html`, each stripped to its text. A part that is
/// declared to be an attachment or has a file name is none of the text; what counts as an
/// attachment is what is declared to be one or is no text. Charset: the declared one, else UTF-8
/// where the bytes are valid, else ISO-8859-1. CRLF becomes LF, NUL is removed.
public final class MailReader {
  private MailReader() {}

  /// @param maxBytes of the raw message
  /// @param maxParts of parts, and of containers inside each other
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
