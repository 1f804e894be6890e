package io.slipway.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/// Bundles whose manifest is wrong: refused by it, before a model is opened.
final class ManifestCases {
  private ManifestCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    texts(cases);
    members(cases);
    steps(cases);
    yaml(cases);
    return cases;
  }

  private static Case manifest(String name, String json) {
    return in("bundle.json", name, json);
  }

  private static Case in(String file, String name, String text) {
    return ArchiveCases.zip(
            "manifest-" + name,
            () -> new Zip().add(file, text).add("model.onnx", "x").add("list", "a\nb").bytes())
        .may(422);
  }

  private static String with(String model, String input, String steps, String output) {
    return "{\"format\": \"slipway/1\", \"model\": "
        + model
        + ", \"input\": "
        + input
        + ", \"preprocessing\": "
        + steps
        + ", \"tensors\": [{\"name\":\"x\",\"from\":\"x\"}], \"output\": "
        + output
        + "}";
  }

  private static final String MODEL = "{\"name\":\"m\",\"file\":\"model.onnx\"}";
  private static final String NUMBER = "{\"fields\":[{\"name\":\"x\",\"type\":\"number\"}]}";
  private static final String VALUE = "{\"kind\":\"value\",\"name\":\"y\"}";

  private static void texts(List<Case> cases) {
    cases.add(manifest("empty", ""));
    cases.add(manifest("list", "[]"));
    cases.add(manifest("twice", "{\"format\":\"slipway/1\",\"format\":\"slipway/1\"}"));
    cases.add(manifest("deep", "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000)));
    cases.add(manifest("trailing", ArchiveCases.TENSORS + Corpus.MARK));
    cases.add(manifest("surrogate", "{\"format\":\"\\ud800\"}"));
    cases.add(manifest("another-format", "{\"format\":\"slipway/2\"}"));
    cases.add(manifest("unknown-member", "{\"" + Corpus.MARK + "\":1}"));
    cases.add(manifest("many-members", "{" + "\"a\":1,".repeat(10_000) + "\"b\":1}"));
  }

  private static void members(List<Case> cases) {
    for (String name : List.of("", "A", "../x", "a b", "x".repeat(101), "\\u0000", "a/b")) {
      cases.add(
          manifest(
              "name-" + name.substring(0, Math.min(9, name.length())),
              with("{\"name\":\"" + name + "\",\"file\":\"model.onnx\"}", NUMBER, "[]", VALUE)));
    }
    for (String file :
        List.of("../../etc/passwd", "/etc/passwd", "nothing", "", "bundle.json", "list")) {
      cases.add(
          manifest(
              "file-" + file,
              with("{\"name\":\"m\",\"file\":\"" + file + "\"}", NUMBER, "[]", VALUE)));
    }
    int field = 0;
    for (String fields :
        List.of(
            "[]",
            "null",
            "[{\"name\":\"x\",\"type\":\"evil\"}]",
            "[{\"name\":\"x\",\"type\":\"number\",\"min\":1e999}]",
            "[{\"name\":\"x\",\"type\":\"number\",\"min\":5,\"max\":1}]",
            "[{\"name\":\"x\",\"type\":\"vector\",\"length\":2000000000}]",
            "[{\"name\":\"x\",\"type\":\"vector\",\"length\":-1}]",
            "[{\"name\":\"x\",\"type\":\"string\",\"max_chars\":0}]",
            "[{\"name\":\"x\",\"type\":\"integer\",\"enum\":[1.5]}]",
            "[{\"name\":\"\",\"type\":\"number\"}]",
            "[{\"name\":\"x\",\"type\":\"number\"},{\"name\":\"x\",\"type\":\"number\"}]",
            "[{\"type\":\"number\"}]",
            "[{\"name\":\"x\",\"type\":\"date\",\"min\":\"yesterday\"}]")) {
      cases.add(
          manifest("fields-" + field++, with(MODEL, "{\"fields\":" + fields + "}", "[]", VALUE)));
    }
    cases.add(manifest("too-many-fields", with(MODEL, many(), "[]", VALUE)));
    int input = 0;
    for (String object :
        List.of(
            "{\"object\":\"evil\"}",
            "{\"object\":\"image\",\"max_pixels\":0}",
            "{\"object\":\"image\",\"media_types\":[\"image/svg+xml\"]}",
            "{\"object\":\"mail\",\"max_parts\":-5}",
            "{\"object\":\"mail\",\"max_bytes\":99999999999}",
            "{\"object\":\"text\",\"max_chars\":1e9}",
            "{\"object\":\"tensors\"}")) {
      cases.add(manifest("input-" + input++, with(MODEL, object, "[]", VALUE)));
    }
    int output = 0;
    for (String kind :
        List.of(
            "null",
            "{}",
            "{\"kind\":\"evil\"}",
            "{\"labels\":[]}",
            "{\"labels\":[\"a\",\"a\"],\"probabilities\":\"p\"}",
            "{\"labels\":[\"a\",\"b\"],\"probabilities\":\"p\",\"threshold\":2}",
            "{\"kind\":\"value\"}")) {
      cases.add(manifest("output-" + output++, with(MODEL, NUMBER, "[]", kind)));
    }
  }

  private static String many() {
    StringBuilder fields = new StringBuilder("{\"fields\":[");
    for (int i = 0; i < 10_001; i++) {
      fields.append(i == 0 ? "" : ",").append("{\"name\":\"f").append(i);
      fields.append("\",\"type\":\"number\"}");
    }
    return fields.append("]}").toString();
  }

  /// These are judged where the model is opened too: in the process that tries the bundle.
  private static void steps(List<Case> cases) {
    int step = 0;
    for (String op :
        List.of(
            "{\"op\":\"evil\"}",
            "{\"op\":\"exec\",\"in\":\"x\"}",
            "{\"op\":\"vocabulary\",\"in\":\"x\",\"file\":\"/etc/passwd\"}",
            "{\"op\":\"one_hot\",\"in\":\"x\",\"categories\":{\"file\":\"../../etc/passwd\"}}",
            "{\"op\":\"onnx\",\"file\":\"../model.onnx\",\"in\":\"x\"}",
            "{\"op\":\"wordpiece\",\"in\":\"x\",\"file\":\"/etc/passwd\"}",
            "{\"op\":\"resize\",\"width\":2000000000,\"height\":2000000000}",
            "{\"op\":\"impute\",\"in\":\"x\",\"values\":[\"x\"]}",
            "5")) {
      cases.add(manifest("step-" + step++, with(MODEL, NUMBER, "[" + op + "]", VALUE)));
    }
    for (String pattern : patterns()) {
      cases.add(
          manifest(
                  "pattern-" + pattern.substring(0, Math.min(20, pattern.length())),
                  with(
                      MODEL,
                      "{\"object\":\"text\"}",
                      "[{\"op\":\"count_matches\",\"in\":\"text\",\"counts\":{\"x\":\""
                          + pattern
                          + "\"}}]",
                      VALUE))
              .slowly());
    }
  }

  private static List<String> patterns() {
    return List.of(
        "(",
        "(?=a)",
        "(a)\\\\1",
        "a{99999}",
        "(a{999}){999}",
        "((((a{9}){9}){9}){9}){9}",
        "(".repeat(2_000) + ")".repeat(2_000),
        "a|".repeat(20_000),
        "[" + "a-z".repeat(20_000) + "]",
        "(?<name>a)(?<name>b)",
        "\\\\p{Evil}",
        "(?P>x)");
  }

  private static void yaml(List<Case> cases) {
    StringBuilder laughs = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 30; i++) {
      laughs.append("a%d: &a%d [".formatted(i, i));
      laughs.append(("*a" + (i - 1) + ",").repeat(9)).append("]\n");
    }
    cases.add(in("bundle.yaml", "yaml-laughs", laughs.toString()));
    cases.add(in("bundle.yaml", "yaml-itself", "a: &a [*a]\n"));
    cases.add(in("bundle.yaml", "yaml-tag", "!!javax.script.ScriptEngineManager [x]\n"));
    cases.add(in("bundle.yaml", "yaml-deep", "[".repeat(20_000)));
    cases.add(in("bundle.yaml", "yaml-twice", "a: 1\na: 2\n"));
    cases.add(in("bundle.yaml", "yaml-documents", "a: 1\n---\nb: 2\n"));
    cases.add(in("bundle.yaml", "yaml-tabs", "\t\t\t"));
    cases.add(in("bundle.yaml", "yaml-bytes", new String(new byte[] {0, 1, 2}, UTF_8)));
  }
}
