package io.slipway.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/// Reads the golden examples of a bundle: one JSON value per line.
final class ExamplesReader {
  private static final Set<String> MEMBERS = Set.of("object", "output", "tolerance");

  /// The most findings that are reported.
  private static final int MOST_FINDINGS = 100;

  /// The most JSON values in all examples: they are held in memory, with up to a hundred bytes
  /// each.
  private static final long MOST_VALUES = 4_000_000;

  private final BundleLimits limits;
  private final List<Finding> findings;
  private long values;

  ExamplesReader(BundleLimits limits, List<Finding> findings) {
    this.limits = limits;
    this.findings = findings;
  }

  List<GoldenExample> read(Manifest manifest, SortedMap<String, Bundle.Entry> files, Path folder)
      throws IOException {
    Manifest.Examples declared = manifest.examples();
    Bundle.Entry entry = declared == null ? null : files.get(declared.file());
    if (declared == null || entry == null) {
      return List.of();
    }
    if (entry.size() > limits.examplesBytes()) {
      findings.add(
          new Finding("too_large", declared.file(), "over " + limits.examplesBytes() + " bytes"));
      return List.of();
    }
    byte[] bytes = Files.readAllBytes(folder.resolve(declared.file()));
    List<GoldenExample> examples = new ArrayList<>();
    int line = 1;
    for (int start = 0; start < bytes.length && findings.size() < MOST_FINDINGS; line++) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      byte[] json = java.util.Arrays.copyOfRange(bytes, start, end);
      if (!isBlank(json)) {
        example(json, line, declared, files, examples);
      }
      if (values > MOST_VALUES) {
        findings.add(
            new Finding("too_large", declared.file(), "more than " + MOST_VALUES + " values"));
        return List.of();
      }
      if (examples.size() > limits.examples()) {
        findings.add(
            new Finding("too_many_examples", declared.file(), "more than " + limits.examples()));
        return List.of();
      }
      start = end + 1;
    }
    return examples;
  }

  private void example(
      byte[] bytes,
      int line,
      Manifest.Examples declared,
      SortedMap<String, Bundle.Entry> files,
      List<GoldenExample> examples) {
    String where = declared.file() + ":" + line;
    JsonNode json;
    try {
      json = StrictJson.readExact(bytes);
    } catch (IOException e) {
      findings.add(new Finding("bad_example", where, StrictJson.explain(e)));
      return;
    }
    values += values(json);
    if (!json.isObject() || !json.has("object") || !json.has("output")) {
      findings.add(new Finding("bad_example", where, "expected {\"object\": …, \"output\": …}"));
      return;
    }
    for (var member : json.properties()) {
      if (!MEMBERS.contains(member.getKey())) {
        findings.add(
            new Finding("unknown_member", where, "unknown member \"" + member.getKey() + "\""));
        return;
      }
    }
    JsonNode tolerance = json.path("tolerance");
    if (!tolerance.isMissingNode() && !(tolerance.isNumber() && tolerance.doubleValue() >= 0)) {
      findings.add(new Finding("bad_example", where, "tolerance: expected a number of at least 0"));
      return;
    }
    GoldenExample example =
        new GoldenExample(
            line,
            json.get("object"),
            json.get("output"),
            tolerance.isMissingNode() ? declared.tolerance() : tolerance.doubleValue());
    String file = example.file();
    if (file != null && !files.containsKey(file)) {
      findings.add(new Finding("missing_file", where, "the bundle has no file " + file));
      return;
    }
    examples.add(example);
  }

  private static long values(JsonNode json) {
    long values = 1;
    for (JsonNode each : json) {
      values += values(each);
    }
    return values;
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }
}
