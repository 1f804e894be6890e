package io.slipway.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// One reference case: a body as a caller sends it, and what the training library made of it.
///
/// @param mediaType of the body
/// @param expect `{"status":"ok","output",…}` or `{"status":"error","error_class"}`
record Case(String name, byte[] body, String mediaType, JsonNode expect) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JSON_TYPE = "application/json";

  /// The cases of a file in the reference study's form that say something of `version` (`v1`, …).
  static List<Case> study(Path file, String version) {
    List<Case> cases = new ArrayList<>();
    for (JsonNode row : rows(file)) {
      JsonNode expect = row.get("expect");
      JsonNode own = expect.has("status") ? expect : expect.get(version);
      if (own != null) {
        cases.add(of(row, row.get("case").asText(), own, file.getParent()));
      }
    }
    return cases;
  }

  /// The held-out cases of a sample that say something of `version`.
  static List<Case> sample(Path file, String version) {
    List<Case> cases = new ArrayList<>();
    int line = 0;
    for (JsonNode row : rows(file)) {
      line++;
      if (row.has(version)) {
        JsonNode expect =
            JSON.createObjectNode()
                .put("status", "ok")
                .put("tolerance", row.path("tolerance").asDouble(1e-5))
                .set("output", row.get(version));
        cases.add(of(row, file.getFileName() + ":" + line, expect, file.getParent()));
      }
    }
    return cases;
  }

  private static Case of(JsonNode row, String name, JsonNode expect, Path folder) {
    try {
      if (row.has("raw_body")) {
        return new Case(name, utf8(row.get("raw_body").textValue()), JSON_TYPE, expect);
      }
      if (row.has("raw_body_b64")) {
        return new Case(name, base64(row.get("raw_body_b64")), JSON_TYPE, expect);
      }
      JsonNode object = row.get("object");
      JsonNode raw =
          object != null && object.has("raw_b64") ? object.get("raw_b64") : row.get("raw_b64");
      if (raw != null) {
        return new Case(name, base64(raw), row.path("media_type").asText("message/rfc822"), expect);
      }
      JsonNode image =
          object != null && object.has("image_b64")
              ? object.get("image_b64")
              : row.get("image_b64");
      if (image != null) {
        return new Case(name, base64(image), row.path("media_type").asText("image/png"), expect);
      }
      if (row.has("file")) {
        byte[] bytes = Files.readAllBytes(folder.resolve(row.get("file").textValue()));
        return new Case(name, bytes, row.path("media_type").asText(), expect);
      }
      return new Case(name, JSON.writeValueAsBytes(object), JSON_TYPE, expect);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<JsonNode> rows(Path file) {
    try {
      List<JsonNode> rows = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        rows.add(JSON.readTree(line));
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] base64(JsonNode text) {
    return Base64.getDecoder().decode(text.textValue());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
