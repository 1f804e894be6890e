package io.slipway.onnx;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Compares an expected output with the computed one. Numbers may differ by tolerance + tolerance ×
/// |expected|; everything else must be equal, including the names of members.
final class JsonDifference {
  private final double tolerance;
  private final List<String> differences = new ArrayList<>();
  private double largest;

  private JsonDifference(double tolerance) {
    this.tolerance = tolerance;
  }

  static JsonDifference between(JsonNode expected, JsonNode got, double tolerance) {
    JsonDifference difference = new JsonDifference(tolerance);
    difference.compare("", expected, got);
    return difference;
  }

  boolean isEmpty() {
    return differences.isEmpty();
  }

  /// The largest difference between two numbers, whether within the tolerance or not.
  double largest() {
    return largest;
  }

  /// The first differences, as a sentence.
  @Override
  public String toString() {
    return String.join("; ", differences.subList(0, Math.min(4, differences.size())))
        + (differences.size() > 4 ? "; and " + (differences.size() - 4) + " more" : "");
  }

  private void compare(String path, JsonNode expected, JsonNode got) {
    if (expected.isNumber() && got.isNumber()) {
      number(path, expected, got);
    } else if (expected.isObject() && got.isObject()) {
      members(path, expected, got);
    } else if (expected.isArray() && got.isArray() && expected.size() == got.size()) {
      for (int i = 0; i < expected.size(); i++) {
        compare(path + "/" + i, expected.get(i), got.get(i));
      }
    } else if (!expected.equals(got)) {
      differ(path, show(expected), show(got));
    }
  }

  private void number(String path, JsonNode expected, JsonNode got) {
    double difference = Math.abs(expected.doubleValue() - got.doubleValue());
    if (difference > largest) {
      largest = difference;
    }
    // The negation also covers NaN.
    if (!(difference <= tolerance + tolerance * Math.abs(expected.doubleValue()))) {
      differ(path, show(expected), show(got) + " (tolerance " + tolerance + ")");
    }
  }

  private void members(String path, JsonNode expected, JsonNode got) {
    if (!names(expected).equals(names(got))) {
      differ(path, "the members " + names(expected), names(got).toString());
      return;
    }
    for (Map.Entry<String, JsonNode> member : expected.properties()) {
      compare(path + "/" + member.getKey(), member.getValue(), got.get(member.getKey()));
    }
  }

  private static TreeSet<String> names(JsonNode object) {
    TreeSet<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private void differ(String path, String expected, String got) {
    differences.add("output" + path + ": expected " + expected + ", got " + got);
  }

  private static String show(JsonNode node) {
    String text = node.isArray() ? "an array of " + node.size() : node.toString();
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }
}
