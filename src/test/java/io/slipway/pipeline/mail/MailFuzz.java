package io.slipway.pipeline.mail;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.text.HtmlStripper;
import java.nio.charset.StandardCharsets;

/// Any bytes as a mail, and as the HTML of one: read, as any mail is, or too large.
public final class MailFuzz {
  private MailFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Mail mail = MailReader.read(data, 1 << 20, 50);
      if (mail.parts() > 50) {
        throw new AssertionError("more parts than allowed");
      }
    } catch (RefusedInput.TooLarge refused) {
      return;
    }
    HtmlStripper.strip(new String(data, StandardCharsets.UTF_8));
  }
}
