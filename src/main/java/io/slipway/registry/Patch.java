package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.StrictJson;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A merge patch (RFC 7396). An absent member is kept, null clears it, and `tags` are merged one
/// by one.
///
/// @param json an object; members that are not in `allowed` are refused by name
record Patch(JsonNode json, List<String> allowed) {

  Patch {
    if (!json.isObject()) {
      throw new Refusal.InvalidValue("", "expected an object with " + String.join(", ", allowed));
    }
    for (Map.Entry<String, JsonNode> member : json.properties()) {
      if (!allowed.contains(member.getKey())) {
        throw new Refusal.InvalidValue(
            StrictJson.pointer(member.getKey()),
            "unknown member "
                + member.getKey()
                + "; what can be changed is "
                + String.join(", ", allowed));
      }
    }
  }

  boolean has(String member) {
    return json.has(member);
  }

  @Nullable String text(String member) {
    JsonNode value = json.get(member);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw new Refusal.InvalidValue("/" + member, "expected a string");
    }
    return Names.text("/" + member, value.textValue());
  }

  /// A text without line breaks.
  @Nullable String line(String member) {
    return Names.line("/" + member, text(member));
  }

  /// A model's name for people.
  @Nullable String display(String member) {
    return Names.display("/" + member, text(member));
  }

  boolean flag(String member) {
    JsonNode value = json.get(member);
    if (value == null || !value.isBoolean()) {
      throw new Refusal.InvalidValue("/" + member, "expected true or false");
    }
    return value.booleanValue();
  }

  Map<String, String> tags(Map<String, String> before) {
    JsonNode value = json.get("tags");
    if (value == null || value.isNull()) {
      return Map.of();
    }
    if (!value.isObject()) {
      throw new Refusal.InvalidValue("/tags", "expected an object of strings");
    }
    Map<String, String> tags = new TreeMap<>(before);
    for (Map.Entry<String, JsonNode> tag : value.properties()) {
      if (tag.getValue().isNull()) {
        tags.remove(tag.getKey());
      } else if (tag.getValue().isTextual()) {
        tags.put(tag.getKey(), Names.tag(tag.getKey(), tag.getValue().textValue()));
      } else {
        throw new Refusal.InvalidValue(
            "/tags" + StrictJson.pointer(tag.getKey()), "expected a string or null");
      }
    }
    return Names.tags(tags);
  }

  Policy policy() {
    JsonNode value = json.get("policy");
    return value == null || value.isNull() ? Policy.NONE : PolicyReader.read(value);
  }

  /// The patch as JSON, for the history.
  String written() {
    return ((ObjectNode) json).toString();
  }
}
