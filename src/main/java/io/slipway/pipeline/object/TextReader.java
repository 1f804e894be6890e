package io.slipway.pipeline.object;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slipway.bundle.InputSchema;
import io.slipway.bundle.StrictJson;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.RefusedInput;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/// Reads one text: a JSON string, `{"text": "…"}`, or `text/plain` in UTF-8, without its byte order
/// mark.
final class TextReader extends ObjectReader {
  private static final int MAX_UTF8 = 4;

  private final int maxChars;
  private final int slot;

  TextReader(InputSchema.Text schema, CompileScope scope) {
    maxChars = schema.maxChars();
    slot = scope.input("text", new ColumnType.Text(false)).slot();
  }

  @Override
  void read(JsonParser parser, Frame frame) throws IOException {
    String pointer = parser.currentToken() == JsonToken.VALUE_STRING ? "" : "/text";
    set(OneMember.read(parser, "text", true), pointer, frame);
  }

  @Override
  void read(byte[] body, Frame frame) {
    try {
      StrictJson.requireUtf8(body);
    } catch (CharacterCodingException e) {
      throw new RefusedInput.Malformed("the text is " + e.getMessage());
    }
    int mark = StrictJson.mark(body, 0, body.length);
    set(new String(body, mark, body.length - mark, StandardCharsets.UTF_8), "", frame);
  }

  private void set(String text, String pointer, Frame frame) {
    if (text.length() > maxChars && text.codePointCount(0, text.length()) > maxChars) {
      throw new RefusedInput.Invalid(
          pointer,
          "too_long",
          "expected at most "
              + maxChars
              + " characters, got "
              + text.codePointCount(0, text.length()));
    }
    frame.object(slot, text);
  }

  @Override
  Map<String, ColumnPort> columns() {
    return Map.of("text", ColumnPort.only("string"));
  }

  @Override
  boolean hasMember(String name) {
    return name.equals("text");
  }

  @Override
  public Set<String> mediaTypes() {
    return Set.of("text/plain");
  }

  @Override
  public int maxBytes() {
    return (int) Math.min(Integer.MAX_VALUE - 8L, (long) maxChars * MAX_UTF8);
  }
}
