package io.slipway.registry.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.slipway.registry.Refusal;
import java.util.Map;
import java.util.TreeMap;

/// The JSON columns, which only this package writes.
final class Documents {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Documents() {}

  static Map<String, String> texts(String column) {
    try {
      return MAPPER.readValue(column, new TypeReference<TreeMap<String, String>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a column is not a JSON object of strings", e);
    }
  }

  /// @throws Refusal.InvalidValue where `json` is not one JSON object
  static JsonNode object(String field, String json) {
    try {
      JsonNode read = MAPPER.readTree(json);
      if (read != null && read.isObject()) {
        return read;
      }
    } catch (JsonProcessingException e) {
      // Answered below.
    }
    throw new Refusal.InvalidValue(field, "expected a JSON object");
  }

  /// The list `json` with `element` at its end; a new list where it is none.
  static String added(String json, JsonNode element) {
    try {
      JsonNode list = MAPPER.readTree(json);
      ArrayNode all = list instanceof ArrayNode array ? array : MAPPER.createArrayNode();
      return all.add(element).toString();
    } catch (JsonProcessingException e) {
      return MAPPER.createArrayNode().add(element).toString();
    }
  }

  static String write(Map<String, String> texts) {
    try {
      return MAPPER.writeValueAsString(texts);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
