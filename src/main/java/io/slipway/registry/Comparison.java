package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Two versions of one model, and where they differ.
public record Comparison(VersionDetail left, VersionDetail right, List<Difference> differences) {

  /// Compares what is declared of two versions and their files; not their descriptions, tags and
  /// pointers, which are not theirs.
  static Comparison of(VersionDetail left, VersionDetail right) {
    return new Comparison(left, right, Differences.of(left, right));
  }

  /// One place where they differ. A side that has nothing there is [JsonNode#isMissingNode].
  ///
  /// @param part what it is about
  /// @param at the place: members by their name, list entries that have a name by that, other ones
  ///       by their index (that of the right side, where there is one), separated by `/` as in a
  ///       JSON pointer
  public record Difference(Part part, String at, JsonNode left, JsonNode right) {}

  /// What differences are about, in the order in which a reader wants them.
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
