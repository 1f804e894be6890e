package io.slipway.pipeline.object;

import com.fasterxml.jackson.core.JsonParser;
import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.mail.Mail;
import io.slipway.pipeline.mail.MailReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads one mail: `message/rfc822`, `{"raw": "…"}` or `{"raw_base64": "…"}`.
final class MailObjectReader extends ObjectReader {
  private static final List<String> MEMBERS = List.of("raw", "raw_base64");

  private final InputSchema.Mail schema;
  private final int subject;
  private final int sender;
  private final int text;
  private final int parts;
  private final int attachments;
  private final int hasHtml;

  MailObjectReader(InputSchema.Mail schema, CompileScope scope) {
    this.schema = schema;
    subject = scope.input("subject", new ColumnType.Text(false)).slot();
    sender = scope.input("sender", new ColumnType.Text(false)).slot();
    text = scope.input("text", new ColumnType.Text(false)).slot();
    parts = scope.input("n_parts", new ColumnType.Whole(false)).slot();
    attachments = scope.input("n_attachments", new ColumnType.Whole(false)).slot();
    hasHtml = scope.input("has_html", new ColumnType.Flag(false)).slot();
  }

  @Override
  void read(JsonParser parser, Frame frame) throws IOException {
    OneMember.Found found = OneMember.read(parser, MEMBERS);
    read(
        found.member().equals("raw")
            ? found.text().getBytes(StandardCharsets.UTF_8)
            : OneMember.base64(found),
        frame);
  }

  @Override
  void read(byte[] body, Frame frame) {
    Mail mail = MailReader.read(body, schema.maxBytes(), schema.maxParts());
    frame.object(subject, mail.subject());
    frame.object(sender, mail.sender());
    frame.object(text, mail.text());
    frame.number(parts, mail.parts());
    frame.number(attachments, mail.attachments());
    frame.number(hasHtml, mail.hasHtml() ? 1 : 0);
  }

  @Override
  Map<String, ColumnPort> columns() {
    return Map.of("mail", ColumnPort.only(ColumnPort.BYTES));
  }

  @Override
  boolean hasMember(String name) {
    return MEMBERS.contains(name);
  }

  @Override
  public Set<String> mediaTypes() {
    return Set.of("message/rfc822");
  }

  @Override
  public int maxBytes() {
    return schema.maxBytes();
  }
}
