package io.slipway.pipeline.object;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slipway.bundle.StrictJson;
import io.slipway.pipeline.frame.RefusedInput;
import java.io.IOException;

/// The current token of a parser, as a value or as words for messages.
final class Tokens {
  private static final int SHOWN = 60;

  private Tokens() {}

  /// The string at the parser's position.
  ///
  /// @throws RefusedInput.Malformed where it contains an unpaired surrogate
  static String text(JsonParser parser) throws IOException {
    String text = parser.getText();
    if (!StrictJson.isWellFormed(text)) {
      throw new RefusedInput.Malformed("a string has an unpaired surrogate");
    }
    return text;
  }

  /// The value at the parser's position for messages: `the string "abc"`, `an array`, `true`.
  static String describe(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case VALUE_STRING -> "the string \"" + shorten(text(parser)) + "\"";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "the number " + shorten(parser.getText());
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      case VALUE_NULL -> "null";
      case START_ARRAY -> "an array";
      case START_OBJECT -> "an object";
      default -> "nothing";
    };
  }

  static String shorten(String text) {
    return text.length() <= SHOWN
        ? text
        : text.substring(0, Character.isHighSurrogate(text.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN)
            + "…";
  }
}
