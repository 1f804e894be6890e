package io.slipway.api.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.slipway.bundle.Rfc3339;
import io.slipway.bundle.StrictJson;
import io.slipway.registry.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The JSON body of a request, read strictly and within limits.
final class JsonBody {
  /// The largest JSON body of the registry's calls.
  static final int MOST_BYTES = 1 << 20;

  private final JsonNode json;

  private JsonBody(JsonNode json) {
    this.json = json;
  }

  /// @throws Refusal.Malformed where it is not strict JSON
  /// @throws Refusal.TooLarge over [#MOST_BYTES]
  static JsonNode read(InputStream body) {
    return read(bytes(body));
  }

  private static byte[] bytes(InputStream body) {
    byte[] bytes;
    try {
      bytes = body.readNBytes(MOST_BYTES + 1);
    } catch (IOException e) {
      throw new Refusal.Malformed("the body broke off");
    }
    if (bytes.length > MOST_BYTES) {
      throw new Refusal.TooLarge("a JSON body has at most " + MOST_BYTES + " bytes here");
    }
    return bytes;
  }

  private static JsonNode read(byte[] bytes) {
    try {
      return StrictJson.read(bytes);
    } catch (IOException e) {
      throw new Refusal.Malformed("the body is not JSON: " + StrictJson.explain(e));
    }
  }

  /// Parses an object that has no members but `members`.
  static JsonBody object(InputStream body, String... members) {
    return object(read(body), List.of(members));
  }

  /// As [#object]; an empty body counts as an object without members.
  static JsonBody objectOrNothing(InputStream body, String... members) {
    byte[] bytes = bytes(body);
    return bytes.length == 0
        ? new JsonBody(JsonNodeFactory.instance.objectNode())
        : object(read(bytes), List.of(members));
  }

  private static JsonBody object(JsonNode json, List<String> known) {
    if (!json.isObject()) {
      throw new Refusal.InvalidValue("", "expected an object with " + String.join(", ", known));
    }
    for (Map.Entry<String, JsonNode> member : json.properties()) {
      if (!known.contains(member.getKey())) {
        throw new Refusal.InvalidValue(
            StrictJson.pointer(member.getKey()),
            "unknown member " + member.getKey() + "; expected one of " + String.join(", ", known));
      }
    }
    return new JsonBody(json);
  }

  int number(String member) {
    Integer number = optionalNumber(member);
    if (number == null) {
      throw new Refusal.InvalidValue("/" + member, member + " is missing: expected an integer");
    }
    return number;
  }

  @Nullable Integer optionalNumber(String member) {
    JsonNode value = json.get(member);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new Refusal.InvalidValue("/" + member, "expected an integer, found " + shown(value));
    }
    return value.intValue();
  }

  /// A count, which may exceed an int.
  long big(String member) {
    JsonNode value = json.get(member);
    if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new Refusal.InvalidValue("/" + member, "expected an integer");
    }
    return value.longValue();
  }

  @Nullable String text(String member) {
    JsonNode value = json.get(member);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw new Refusal.InvalidValue("/" + member, "expected a string, found " + shown(value));
    }
    return value.textValue();
  }

  /// The list of strings in `member`; `otherwise` where it is missing.
  List<String> texts(String member, List<String> otherwise) {
    JsonNode value = json.get(member);
    if (value == null || value.isNull()) {
      return otherwise;
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : value) {
      if (!item.isTextual()) {
        throw new Refusal.InvalidValue("/" + member, "expected strings, found " + shown(item));
      }
      texts.add(item.textValue());
    }
    if (!value.isArray()) {
      throw new Refusal.InvalidValue("/" + member, "expected a list, found " + shown(value));
    }
    return List.copyOf(texts);
  }

  /// A time in RFC 3339 format.
  @Nullable Instant time(String member) {
    String text = text(member);
    if (text == null) {
      return null;
    }
    OffsetDateTime time = Rfc3339.parse(text);
    if (time == null) {
      throw new Refusal.InvalidValue(
          "/" + member, "expected a time like 2030-01-31T00:00:00Z, found \"" + text + "\"");
    }
    return time.toInstant();
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() > 100 ? text.substring(0, 100) + "…" : text;
  }
}
