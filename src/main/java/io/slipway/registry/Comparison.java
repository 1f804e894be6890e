package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Two versions of one model and their differences.
public record Comparison(VersionDetail left, VersionDetail right, List<Difference> differences) {

  /// Compares the declarations and the files of two versions. Descriptions, tags and pointers are
  /// not compared: they are not part of the versions' content.
  static Comparison of(VersionDetail left, VersionDetail right) {
    return new Comparison(left, right, Differences.of(left, right));
  }

  /// One difference. If a side has no value, it is [JsonNode#isMissingNode].
  ///
  /// @param part the part of the versions that differs
  /// @param at the place, with segments separated by `/` as in a JSON pointer: members by name,
  ///     named list entries by their name, other entries by index (that of the right side, if it
  ///     has the entry)
  public record Difference(Part part, String at, JsonNode left, JsonNode right) {}

  /// The parts that are compared, in the order of display.
  public enum Part {
    METRICS,
    PARAMETERS,
    SIGNATURE,
    INPUT,
    PREPROCESSING,
    TENSORS,
    OUTPUT,
    LINEAGE,
    FILES
  }
}
