package io.slipway.openinference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slipway.bundle.StrictJson;
import io.slipway.pipeline.frame.RefusedInput;
import java.io.IOException;

/// Reads JSON members with a type check.
final class JsonMembers {
  private JsonMembers() {}

  static void array(JsonToken token, String name) {
    if (token != JsonToken.START_ARRAY) {
      throw new RefusedInput.Malformed("\"" + name + "\" must be an array");
    }
  }

  static void object(JsonToken token, String name) {
    if (token != JsonToken.START_OBJECT) {
      throw new RefusedInput.Malformed(name + " must be an object");
    }
  }

  static String text(JsonParser parser, String name) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw new RefusedInput.Malformed("\"" + name + "\" must be a string");
    }
    String text = parser.getText();
    if (!StrictJson.isWellFormed(text)) {
      throw new RefusedInput.Malformed("\"" + name + "\" has an unpaired surrogate");
    }
    return text;
  }

  static boolean flag(JsonParser parser, String name) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw new RefusedInput.Malformed("\"" + name + "\" must be true or false");
    };
  }

  static long whole(JsonParser parser, String name) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
        || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw new RefusedInput.Malformed("\"" + name + "\" must contain integers");
    }
    return parser.getLongValue();
  }

  static RefusedInput.Malformed sharedMemory() {
    return new RefusedInput.Malformed("shared memory is not supported; send the data");
  }
}
