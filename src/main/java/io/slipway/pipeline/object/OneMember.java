package io.slipway.pipeline.object;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slipway.pipeline.frame.RefusedInput;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads objects with a single string member: `{"text": "…"}`, `{"image_base64": "…"}`.
final class OneMember {
  private OneMember() {}

  /// The member that is present, with its string.
  record Found(String member, String text) {}

  /// The string of the member `name`; also a bare string where `bare`.
  static String read(JsonParser parser, String name, boolean bare) throws IOException {
    if (bare && parser.currentToken() == JsonToken.VALUE_STRING) {
      return Tokens.text(parser);
    }
    return read(parser, List.of(name)).text();
  }

  /// The single member, which must be one of `names`.
  static Found read(JsonParser parser, List<String> names) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      parser.nextToken();
    } else if (parser.currentToken() != JsonToken.FIELD_NAME) {
      throw new RefusedInput.Invalid(
          "",
          "wrong_type",
          "expected an object with " + words(names) + ", got " + Tokens.describe(parser));
    }
    Violations violations = new Violations();
    @Nullable Found found = null;
    for (; parser.currentToken() == JsonToken.FIELD_NAME; parser.nextToken()) {
      String name = parser.currentName();
      parser.nextToken();
      if (!names.contains(name)) {
        violations.add(Tokens.shorten(name), "unknown_field", "expected " + words(names));
        parser.skipChildren();
      } else if (parser.currentToken() != JsonToken.VALUE_STRING) {
        violations.add(name, "wrong_type", "expected a string, got " + Tokens.describe(parser));
        parser.skipChildren();
      } else if (found != null) {
        violations.add(name, "inconsistent", "expected only one of " + words(names));
      } else {
        found = new Found(name, Tokens.text(parser));
      }
    }
    violations.raise();
    if (found == null) {
      throw new RefusedInput.Invalid(
          Violations.pointer(names.getFirst()), "missing_field", "expected " + words(names));
    }
    return found;
  }

  static byte[] base64(Found found) {
    try {
      return Base64.getDecoder().decode(found.text());
    } catch (IllegalArgumentException e) {
      throw new RefusedInput.Invalid(
          Violations.pointer(found.member()), "wrong_type", "expected a string in base64");
    }
  }

  private static String words(List<String> names) {
    return String.join(" or ", names.stream().map(n -> "\"" + n + "\"").toList());
  }
}
