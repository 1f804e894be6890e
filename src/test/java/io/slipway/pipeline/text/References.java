package io.slipway.pipeline.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// Reference values, computed by `src/test/python/text_references.py`.
final class References {
  private static final ObjectMapper JSON = new ObjectMapper();

  private References() {}

  static JsonNode read(String name) {
    try (InputStream in = References.class.getResourceAsStream("/pipeline/text/" + name)) {
      return JSON.readTree(Objects.requireNonNull(in, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::textValue).toList();
  }

  /// The norm as a step has it.
  static @Nullable String textOrNull(JsonNode node) {
    return node.isNull() ? null : node.textValue();
  }
}
