package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.registry.Comparison.Difference;
import io.slipway.registry.Comparison.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds the differences of two versions. Lists of named entries (fields, ports, data sets) are
/// compared by name, lists of steps by their longest common subsequence, other lists as a whole.
final class Differences {
  /// Above this number of pairs of steps, no common subsequence is computed.
  private static final long MOST_PAIRS = 1 << 20;

  private final Part part;
  private final List<Difference> found;

  private Differences(Part part, List<Difference> found) {
    this.part = part;
    this.found = found;
  }

  static List<Difference> of(VersionDetail left, VersionDetail right) {
    List<Difference> found = new ArrayList<>();
    for (Part part : Part.values()) {
      String at = place(part);
      new Differences(part, found).compare(at, side(part, left), side(part, right));
    }
    return List.copyOf(found);
  }

  private static String place(Part part) {
    return switch (part) {
      case METRICS -> "/lineage/metrics";
      case PARAMETERS -> "/lineage/parameters";
      case SIGNATURE -> "/signature";
      case INPUT -> "/input";
      case PREPROCESSING -> "/preprocessing";
      case TENSORS -> "/tensors";
      case OUTPUT -> "/output";
      case LINEAGE -> "/lineage";
      case FILES -> "/files";
    };
  }

  private static JsonNode side(Part part, VersionDetail version) {
    return switch (part) {
      case METRICS, PARAMETERS, INPUT, PREPROCESSING, TENSORS, OUTPUT ->
          version.manifest().at(place(part));
      case SIGNATURE -> version.signature();
      case LINEAGE -> rest(version.manifest().path("lineage"));
      case FILES -> files(version.files());
    };
  }

  /// The lineage without the members that are compared as parts of their own.
  private static JsonNode rest(JsonNode lineage) {
    return lineage instanceof ObjectNode object
        ? object.deepCopy().without(List.of("metrics", "parameters"))
        : lineage;
  }

  /// The digests of files, by path.
  private static JsonNode files(JsonNode list) {
    ObjectNode files = JsonNodeFactory.instance.objectNode();
    list.forEach(file -> files.set(file.path("path").asText(), file.path("sha256")));
    return files;
  }

  private void compare(String at, JsonNode left, JsonNode right) {
    if (left.equals(right)) {
      return;
    }
    if (left.isObject() && right.isObject()) {
      members(at, byMember(left), byMember(right));
    } else if (named(left) && named(right)) {
      members(at, byName(left), byName(right));
    } else if (steps(left) && steps(right)) {
      aligned(at, left, right);
    } else {
      found.add(new Difference(part, at, left, right));
    }
  }

  private void members(String at, Map<String, JsonNode> left, Map<String, JsonNode> right) {
    Set<String> names = new LinkedHashSet<>(left.keySet());
    names.addAll(right.keySet());
    for (String name : names) {
      compare(
          at + "/" + name.replace("~", "~0").replace("/", "~1"),
          left.getOrDefault(name, MissingNode.getInstance()),
          right.getOrDefault(name, MissingNode.getInstance()));
    }
  }

  private static Map<String, JsonNode> byMember(JsonNode object) {
    Map<String, JsonNode> members = new LinkedHashMap<>();
    object.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
    return members;
  }

  private static Map<String, JsonNode> byName(JsonNode list) {
    Map<String, JsonNode> entries = new LinkedHashMap<>();
    list.forEach(entry -> entries.put(entry.path("name").asText(), entry));
    return entries;
  }

  /// Whether it is a list of entries with distinct names.
  private static boolean named(JsonNode list) {
    return list.isArray()
        && !list.isEmpty()
        && byName(list).size() == list.size()
        && list.valueStream().allMatch(entry -> entry.path("name").isTextual());
  }

  private static boolean steps(JsonNode list) {
    return list.isArray()
        && !list.isEmpty()
        && list.valueStream().allMatch(entry -> entry.path("op").isTextual());
  }

  /// Aligns two lists of steps by their longest common subsequence (same operation, same
  /// columns). Aligned steps may still differ inside.
  private void aligned(String at, JsonNode left, JsonNode right) {
    int[][] common = common(left, right);
    int i = 0;
    int j = 0;
    while (i < left.size() || j < right.size()) {
      if (i < left.size() && j < right.size() && alike(left.get(i), right.get(j))) {
        compare(at + "/" + j, left.get(i++), right.get(j++));
      } else if (j == right.size() || i < left.size() && common[i + 1][j] >= common[i][j + 1]) {
        found.add(new Difference(part, at + "/" + i, left.get(i++), MissingNode.getInstance()));
      } else {
        found.add(new Difference(part, at + "/" + j, MissingNode.getInstance(), right.get(j++)));
      }
    }
  }

  /// For each pair of positions: how many steps the rests of both lists have in common.
  private static int[][] common(JsonNode left, JsonNode right) {
    int[][] common = new int[left.size() + 1][right.size() + 1];
    if ((long) left.size() * right.size() > MOST_PAIRS) {
      return common;
    }
    for (int i = left.size() - 1; i >= 0; i--) {
      for (int j = right.size() - 1; j >= 0; j--) {
        common[i][j] =
            alike(left.get(i), right.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }

  /// Whether two steps have the same operation on the same columns.
  private static boolean alike(JsonNode left, JsonNode right) {
    return left.path("op").equals(right.path("op")) && left.path("in").equals(right.path("in"));
  }
}
