package io.slipway.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// A raw object with the training library's output for it.
///
/// @param line in the examples' file, from 1
/// @param object the raw object as JSON, or `{"file": path}` for a raw file of the bundle
/// @param output the expected output as JSON
/// @param tolerance absolute and relative
public record GoldenExample(int line, JsonNode object, JsonNode output, double tolerance) {

  /// The path of the file with the raw object; null where the object is JSON.
  public @Nullable String file() {
    JsonNode file = object.get("file");
    return object.size() == 1 && file != null && file.isTextual() ? file.textValue() : null;
  }
}
