package io.slipway.mlflow;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.registry.Refusal;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The arguments of one call: the members of its JSON body or its query parameters, which obey the
/// rules of JSON of protocol buffers. Unknown members are ignored, an absent one is as null. Every
/// method that reads a value refuses one of another type, and names it.
final class Arguments {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private final String prefix;
  private final JsonNode values;

  private Arguments(String prefix, JsonNode values) {
    this.prefix = prefix;
    this.values = values;
  }

  /// @throws Refusal.InvalidValue where it is not one JSON object
  static Arguments body(byte[] body) {
    try {
      JsonNode read = body.length == 0 ? MAPPER.createObjectNode() : MAPPER.readTree(body);
      if (!read.isObject()) {
        throw new Refusal.InvalidValue(null, "expected a JSON object as the body");
      }
      return new Arguments("", read);
    } catch (JacksonException e) {
      throw new Refusal.InvalidValue(null, "the body is not valid JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new Refusal.InvalidValue(null, "the body is not valid JSON");
    }
  }

  static Arguments query(MultiMap query) {
    ObjectNode values = JsonNodeFactory.instance.objectNode();
    for (String name : query.names()) {
      List<String> all = query.getAll(name);
      if (all.size() == 1) {
        values.put(name, all.getFirst());
      } else {
        all.forEach(values.withArrayProperty(name)::add);
      }
    }
    return new Arguments("", values);
  }

  /// The same with a value of the path.
  Arguments with(String name, String value) {
    ObjectNode both = values.deepCopy();
    return new Arguments(prefix, both.put(name, value));
  }

  private @Nullable JsonNode value(String name) {
    JsonNode value = values.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private Refusal expected(String name, String expected) {
    return new Refusal.InvalidValue(prefix + name, expected);
  }

  /// The text; null where it is absent.
  @Nullable String textOrNull(String name) {
    JsonNode value = value(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw expected(name, "expected a string");
    }
    return proper(name, value.textValue());
  }

  private String proper(String name, String text) {
    if (text.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw expected(name, "expected Unicode text without U+0000");
    }
    return text;
  }

  /// The text; empty where it is absent.
  String text(String name) {
    String text = textOrNull(name);
    return text == null ? "" : text;
  }

  /// A text that must be there and must not be empty.
  String required(String name) {
    String text = text(name);
    if (text.isEmpty()) {
      throw new Refusal.InvalidValue(
          null, "Missing value for required parameter '" + prefix + name + "'");
    }
    return text;
  }

  /// A text that must be there, and may be empty.
  String present(String name) {
    String text = textOrNull(name);
    return text == null ? required(name) : text;
  }

  /// A whole number, also as a string.
  @Nullable Long numberOrNull(String name) {
    JsonNode value = value(name);
    if (value == null || value.isTextual() && value.textValue().isEmpty()) {
      return null;
    }
    if (value.isIntegralNumber() && value.canConvertToLong()
        || value.isFloatingPointNumber() && value.canConvertToExactIntegral()) {
      return value.longValue();
    }
    if (value.isTextual() && value.textValue().matches("-?[0-9]{1,19}")) {
      try {
        return Long.valueOf(value.textValue());
      } catch (NumberFormatException e) {
        throw expected(name, "expected a whole number of 64 bits");
      }
    }
    throw expected(name, "expected a whole number of 64 bits");
  }

  long number(String name, long absent) {
    Long number = numberOrNull(name);
    return number == null ? absent : number;
  }

  /// A whole number of `least` to `most`.
  int limit(String name, int absent, int least, int most) {
    long number = number(name, absent);
    if (number < least || number > most) {
      throw expected(name, "expected " + least + " to " + most);
    }
    return (int) number;
  }

  boolean flag(String name, boolean absent) {
    JsonNode value = value(name);
    if (value != null && !value.isBoolean()) {
      throw expected(name, "expected true or false");
    }
    return value == null ? absent : value.booleanValue();
  }

  /// The id of an experiment.
  long experiment(String name) {
    String text = value(name) instanceof JsonNode id && id.isNumber() ? id.asText() : text(name);
    return experimentId(name, text.isEmpty() ? required(name) : text);
  }

  private long experimentId(String name, String text) {
    if (!text.matches("[0-9]{1,18}")) {
      throw expected(name, "expected the id of an experiment, which is a number");
    }
    return Long.parseLong(text);
  }

  /// A number; NaN and infinite ones are strings.
  double decimal(String name) {
    JsonNode value = value(name);
    if (value != null && value.isNumber()) {
      return value.doubleValue();
    }
    String text = value == null ? required(name) : text(name);
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> {
        if (!text.matches("[+-]?[0-9]{0,30}[.]?[0-9]{0,40}([eE][+-]?[0-9]{1,4})?")) {
          throw expected(name, "expected a number");
        }
        try {
          yield Double.parseDouble(text);
        } catch (NumberFormatException e) {
          throw expected(name, "expected a number");
        }
      }
    };
  }

  /// One of `all`; null where it is absent.
  <T extends Enum<T>> @Nullable T oneOrNull(String name, Class<T> all, String start) {
    String text = textOrNull(name);
    if (text == null) {
      return null;
    }
    for (T one : all.getEnumConstants()) {
      if ((start + one.name()).equals(text.toUpperCase(Locale.ROOT))) {
        return one;
      }
    }
    throw expected(
        name,
        "expected one of "
            + List.of(all.getEnumConstants()).stream().map(one -> start + one.name()).toList());
  }

  /// The elements of a list; a single value counts as a list of one.
  private List<JsonNode> elements(String name) {
    JsonNode value = value(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      return List.of(value);
    }
    List<JsonNode> elements = new ArrayList<>();
    value.forEach(elements::add);
    return elements;
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode each : elements(name)) {
      if (!each.isTextual()) {
        throw expected(name, "expected a list of strings");
      }
      texts.add(proper(name, each.textValue()));
    }
    return texts;
  }

  List<Long> experiments(String name) {
    List<Long> ids = new ArrayList<>();
    for (JsonNode each : elements(name)) {
      ids.add(experimentId(name, each.isValueNode() ? each.asText() : ""));
    }
    return ids;
  }

  /// The objects of a list, whose values are named with its name.
  List<Arguments> objects(String name) {
    List<Arguments> objects = new ArrayList<>();
    for (JsonNode each : elements(name)) {
      if (!each.isObject()) {
        throw expected(name, "expected a list of objects");
      }
      objects.add(new Arguments(prefix + name + ".", each));
    }
    return objects;
  }

  /// An object that must be there.
  Arguments object(String name) {
    JsonNode value = value(name);
    if (value == null || !value.isObject()) {
      throw expected(name, "expected an object");
    }
    return new Arguments(prefix + name + ".", value);
  }

  /// The pairs of a list of `{"key", "value"}`.
  ///
  /// @throws Refusal.InvalidValue where a key is there twice with two values
  Map<String, String> pairs(String name) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (Arguments each : objects(name)) {
      String key = each.required("key");
      String value = each.text("value");
      String before = pairs.put(key, value);
      if (before != null && !before.equals(value)) {
        throw expected(name, "'" + key + "' is there twice");
      }
    }
    return pairs;
  }
}
