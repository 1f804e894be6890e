package io.slipway.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.bundle.StrictJson;
import io.slipway.registry.Registry;
import io.slipway.registry.StoredFile;
import io.slipway.registry.VersionDetail;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A golden example as a page shows it.
///
/// @param file the path of the raw file of the object; empty where the object is JSON
public record ExampleView(String object, String output, String file) {
  private static final int MOST = 5;

  /// The largest file of examples that a page shows, in bytes.
  private static final long MOST_BYTES = 8 << 20;

  private static final int MOST_CHARS = 1_500;

  /// The first few examples of a version.
  static List<ExampleView> of(Registry registry, VersionDetail detail) {
    String path = detail.manifest().at("/examples/file").asText();
    boolean small = false;
    for (JsonNode file : detail.files()) {
      small |= file.path("path").asText().equals(path) && file.path("size").asLong() < MOST_BYTES;
    }
    if (!small) {
      return List.of();
    }
    List<ExampleView> examples = new ArrayList<>();
    try (StoredFile stored =
            registry.file(detail.version().model(), detail.version().number(), path);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(stored.read(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine();
          line != null && examples.size() < MOST;
          line = lines.readLine()) {
        if (!line.isBlank()) {
          examples.add(example(StrictJson.readExact(line.getBytes(StandardCharsets.UTF_8))));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return examples;
  }

  private static ExampleView example(JsonNode line) {
    JsonNode object = line.path("object");
    boolean file = object.size() == 1 && object.path("file").isTextual();
    return new ExampleView(
        cut(object.toPrettyString()),
        cut(line.path("output").toPrettyString()),
        file ? object.path("file").textValue() : "");
  }

  private static String cut(String text) {
    return text.length() > MOST_CHARS ? text.substring(0, MOST_CHARS) + "…" : text;
  }
}
