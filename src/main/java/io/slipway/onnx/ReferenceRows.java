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
import java.util.Set;
import java.util.stream.Stream;

/// The first objects of a bundle's reference. A line of it is an object, or `{"object": …}` with
/// what is known about it.
final class ReferenceRows {
  private static final Set<String> MEMBERS = Set.of("object", "actual", "split");

  private static final ObjectMapper JSON = new ObjectMapper();

  /// Longer lines are skipped.
  private static final int LONGEST = 1 << 20;

  private ReferenceRows() {}

  /// Whether a line contains the object as a member, beside what is known about it.
  static boolean wraps(JsonNode line) {
    return line.isObject()
        && line.has("object")
        && line.properties().stream().allMatch(member -> MEMBERS.contains(member.getKey()));
  }

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
      JsonNode json = JSON.readTree(line);
      objects.add(wraps(json) ? json.get("object") : json);
    } catch (JsonProcessingException e) {
      // [ReferenceCheck] reports it later.
      return;
    }
  }
}
