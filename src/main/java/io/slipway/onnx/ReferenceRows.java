package io.slipway.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.bundle.Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The first of the raw training objects that a bundle may contain.
final class ReferenceRows {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Longer lines are skipped.
  private static final int LONGEST = 1 << 20;

  private ReferenceRows() {}

  /// At most `most` objects; lines that are not JSON are skipped.
  static List<JsonNode> read(Bundle bundle, int most) {
    if (bundle.manifest().reference() == null) {
      return List.of();
    }
    List<JsonNode> objects = new ArrayList<>();
    try (Stream<String> lines = Files.lines(bundle.path(bundle.manifest().reference().file()))) {
      lines
          .filter(line -> !line.isBlank() && line.length() < LONGEST)
          .limit(most)
          .forEach(line -> add(line, objects));
    } catch (UncheckedIOException e) {
      if (!(e.getCause() instanceof MalformedInputException)) {
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return objects;
  }

  private static void add(String line, List<JsonNode> objects) {
    try {
      objects.add(JSON.readTree(line));
    } catch (JsonProcessingException e) {
      // The lines are not checked at registration, so any may be invalid.
      return;
    }
  }
}
