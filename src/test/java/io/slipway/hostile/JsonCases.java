package io.slipway.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// What is no JSON, no strict JSON, or too much of it: at each door that takes JSON.
final class JsonCases {
  static final String PREDICT = "/models/customer-churn/predict";

  private static final String TYPE = "application/json";

  /// Doors that take JSON, and what they answer where it is none.
  private static final Map<String, String> DOORS =
      Map.of(
          "predict", "POST " + PREDICT,
          "explain", "POST /models/customer-churn/explain",
          "v2", "POST /v2/models/customer-churn/infer",
          "tensorflow", "POST /v1/models/customer-churn:predict",
          "invocations", "POST /invocations",
          "model", "PATCH /api/v1/models/customer-churn",
          "stage", "PUT /api/v1/models/customer-churn/stages/production",
          "alias", "PUT /api/v1/models/customer-churn/aliases/a",
          "key", "POST /api/v1/keys");

  private JsonCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    Map<String, Supplier<byte[]>> broken = broken();
    DOORS.forEach(
        (door, call) ->
            broken.forEach((name, body) -> cases.add(at(call, "json/" + door + "-" + name, body))));
    wrong().forEach((name, body) -> cases.add(predict(name, body)));
    return cases;
  }

  private static Case at(String call, String name, Supplier<byte[]> body) {
    String[] parts = call.split(" ");
    return new Case(
        name,
        new Case.Attack.Call(
            parts[0],
            parts[1],
            Set.of(
                "Content-Type: " + TYPE,
                "X-Amzn-SageMaker-Target-Model: customer-churn",
                "X-Amzn-SageMaker-Custom-Attributes: none"),
            body),
        Case.REFUSED,
        null,
        false);
  }

  private static Case predict(String name, Supplier<byte[]> body) {
    return Case.call("json/" + name, "POST", PREDICT, TYPE, body);
  }

  /// No strict JSON, wherever it comes.
  private static Map<String, Supplier<byte[]>> broken() {
    Map<String, Supplier<byte[]>> bodies = new LinkedHashMap<>();
    bodies.put("empty", text(""));
    bodies.put("unterminated", text("{\"customer_id\": \"" + Corpus.MARK));
    bodies.put("trailing", text("{\"customer_id\":\"X\"} " + Corpus.MARK));
    bodies.put("twice", text("{\"a\":\"" + Corpus.MARK + "\",\"a\":1}"));
    bodies.put("overlong-utf8", latin("{\"customer_id\":\"\u00c0\u00af\"}"));
    bodies.put("half-a-character", latin("{\"customer_id\":\"\u00e2\u0082\"}"));
    bodies.put("surrogate-as-utf8", latin("{\"customer_id\":\"\u00ed\u00a0\u0080\"}"));
    bodies.put("deep", () -> deep(100_000));
    bodies.put("endless-number", () -> ("[" + "9".repeat(2_000_000) + "]").getBytes(UTF_8));
    bodies.put("many-brackets", () -> ("[" + "[],".repeat(300_000) + "[]]").getBytes(UTF_8));
    return bodies;
  }

  /// What only the reader of predictions sees all of.
  private static Map<String, Supplier<byte[]>> wrong() {
    Map<String, Supplier<byte[]>> bodies = new LinkedHashMap<>();
    String id = "\"customer_id\":\"" + Corpus.MARK + "\"";
    for (String literal :
        List.of(
            "NaN",
            "Infinity",
            "-Infinity",
            "1e400",
            "-1e400",
            "+1",
            "01",
            "0x10",
            ".5",
            "5.",
            "1e",
            "--1",
            "1_000",
            "'x'",
            "undefined",
            "True",
            "nul",
            "\"5\"",
            "[5]",
            "{}",
            "true")) {
      bodies.put("number-" + literal, text("{" + id + ",\"monthly_charges\":" + literal + "}"));
    }
    for (String escape : List.of("\\ud800", "\\udc00\\ud800", "\\u12", "\\x41", "\\", "\t")) {
      bodies.put("escape-" + escape, text("{\"customer_id\":\"" + escape + "\"}"));
    }
    bodies.put("comment", text("{/* */" + id + "}"));
    bodies.put("line-comment", text("{" + id + "} // " + Corpus.MARK));
    bodies.put("bare-name", text("{customer_id:\"" + Corpus.MARK + "\"}"));
    bodies.put("comma-at-the-end", text("{" + id + ",}"));
    bodies.put("two-commas", text("{" + id + ",,\"gender\":null}"));
    bodies.put("byte-order-mark-within", text("{\ufeff" + id + "}"));
    bodies.put("utf-16", in(UTF_16LE, "{" + id + "}"));
    bodies.put("utf-32", in(Charset.forName("UTF-32LE"), "{" + id + "}"));
    bodies.put("null", text("null"));
    bodies.put("a-text", text("\"" + Corpus.MARK + "\""));
    bodies.put("a-number", text("42"));
    bodies.put("a-list", text("[{" + id + "}]"));
    bodies.put("spaces", () -> " ".repeat(15 << 20).getBytes(UTF_8));
    bodies.put("two-values", text("{" + id + "}{" + id + "}"));
    bodies.put("unknown-member", text("{" + id + ",\"" + Corpus.MARK + "\":1}"));
    bodies.put("prototype", text("{" + id + ",\"__proto__\":{\"admin\":true}}"));
    bodies.put("missing", text("{}"));
    bodies.put("negative", text("{" + id + ",\"monthly_charges\":-1}"));
    bodies.put("no-date", text("{" + id + ",\"customer_since\":\"2023-02-30\"}"));
    bodies.put("date-far-off", text("{" + id + ",\"customer_since\":\"+999999999-01-01\"}"));
    bodies.put("text-for-boolean", text("{" + id + ",\"partner\":\"" + Corpus.MARK + "\"}"));
    bodies.put("instances-object", text("{\"instances\":{}}"));
    bodies.put("instances-null", text("{\"instances\":null}"));
    bodies.put("instances-and-more", text("{\"instances\":[{" + id + "}],\"x\":1}"));
    bodies.put("instances-of-nulls", text("{\"instances\":[null,1,\"x\",[]]}"));
    bodies.put("name-of-megabytes", () -> wide("x".repeat(5 << 20), "1"));
    bodies.put("text-of-megabytes", () -> wide("contract", "\"" + "x".repeat(15 << 20) + "\""));
    bodies.put("too-large", () -> wide("contract", "\"" + "x".repeat(17 << 20) + "\""));
    bodies.put("escapes-of-megabytes", () -> wide("contract", "\"" + "\\u0041".repeat(2 << 20)));
    bodies.put("digits", () -> wide("monthly_charges", "1" + "0".repeat(100_000)));
    bodies.put("fraction", () -> wide("monthly_charges", "0." + "3".repeat(100_000)));
    bodies.put("deep-unknown", () -> wide("x", new String(deep(50_000), UTF_8)));
    bodies.put("a-hundred-thousand-members", JsonCases::members);
    bodies.put("too-many-instances", () -> instances("{\"customer_id\":\"X\"}", 10_001));
    bodies.put("a-million-empty-instances", () -> instances("{}", 1_000_000));
    bodies.put("a-hundred-thousand-faults", () -> instances("{\"a\":1,\"b\":2}", 9_999));
    bodies.put("nul", text("{\"customer_id\":\"\u0000" + Corpus.MARK + "\"}"));
    return bodies;
  }

  static Supplier<byte[]> text(String text) {
    return in(UTF_8, text);
  }

  private static Supplier<byte[]> latin(String bytes) {
    return in(ISO_8859_1, bytes);
  }

  private static Supplier<byte[]> in(Charset charset, String text) {
    return () -> text.getBytes(charset);
  }

  private static byte[] deep(int levels) {
    return ("{\"a\":".repeat(levels) + "1" + "}".repeat(levels)).getBytes(UTF_8);
  }

  private static byte[] wide(String name, String value) {
    return ("{\"customer_id\":\"" + Corpus.MARK + "\",\"" + name + "\":" + value + "}")
        .getBytes(UTF_8);
  }

  private static byte[] members() {
    StringBuilder json = new StringBuilder("{\"customer_id\":\"X\"");
    for (int i = 0; i < 100_000; i++) {
      json.append(",\"m").append(i).append("\":0");
    }
    return json.append('}').toString().getBytes(UTF_8);
  }

  private static byte[] instances(String each, int count) {
    String rest = ("," + each).repeat(count - 1);
    return ("{\"instances\":[" + each + rest + "]}").getBytes(UTF_8);
  }
}
