package io.slipway.api.predict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.api.MediaType;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.GoldenExample;
import io.slipway.bundle.InputSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// A golden example as a valid predict request, with the expected answer.
final class ModelExample {
  /// Larger examples are not shown.
  private static final int MOST_BYTES = 64 << 10;

  private ModelExample() {}

  /// `{"content_type","body","output","curl"}` of the example of `bundle` with the most members, or
  /// the first of several; null where all are too large. Reads files.
  ///
  /// @param url of predict
  static @Nullable ObjectNode of(Bundle bundle, String url) {
    GoldenExample example =
        bundle.examples().stream()
            .filter(e -> size(bundle, e) <= MOST_BYTES)
            .min(
                Comparator.comparingInt((GoldenExample e) -> -e.object().size())
                    .thenComparingInt(GoldenExample::line))
            .orElse(null);
    if (example == null) {
      return null;
    }
    JsonNode body = body(bundle, example);
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    shown.put("content_type", MediaType.JSON);
    shown.set("body", body);
    shown.set("output", example.output());
    return shown.put(
        "curl",
        "curl -s "
            + url
            + " -H 'Content-Type: application/json' -d '"
            + body.toString().replace("'", "'\\''")
            + "'");
  }

  private static long size(Bundle bundle, GoldenExample example) {
    String file = file(bundle, example);
    if (file == null) {
      return example.object().toString().length();
    }
    Bundle.Entry entry = bundle.files().get(file);
    return entry == null ? Long.MAX_VALUE : entry.size();
  }

  private static JsonNode body(Bundle bundle, GoldenExample example) {
    String file = file(bundle, example);
    if (file == null) {
      return example.object();
    }
    try {
      byte[] raw = Files.readAllBytes(bundle.path(file));
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      return switch (bundle.manifest().input()) {
        case InputSchema.Image _ ->
            body.put("image_base64", Base64.getEncoder().encodeToString(raw));
        case InputSchema.Mail _ -> body.put("raw_base64", Base64.getEncoder().encodeToString(raw));
        case InputSchema.Text _ -> body.put("text", new String(raw, StandardCharsets.UTF_8));
        case InputSchema.Record _, InputSchema.Tensors _ -> example.object();
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The file of the raw object; a record may have a field `file` of its own.
  private static @Nullable String file(Bundle bundle, GoldenExample example) {
    return bundle.manifest().input() instanceof InputSchema.Record ? null : example.file();
  }
}
