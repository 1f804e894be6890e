package io.slipway.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/// Open Inference V2, TensorFlow Serving, SageMaker: declarations that lie, and CSV.
final class PeerCases {
  private static final String INFER = "/v2/models/customer-churn/infer";

  private PeerCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    infer().forEach((name, json) -> cases.add(infer(name, json)));
    binary(cases);
    tensorflow(cases);
    csv(cases);
    return cases;
  }

  private static Case infer(String name, String json) {
    return Case.call("v2/" + name, "POST", INFER, "application/json", JsonCases.text(json));
  }

  private static String input(String name, String datatype, String shape, String data) {
    return "{\"inputs\":[{\"name\":\""
        + name
        + "\",\"datatype\":\""
        + datatype
        + "\",\"shape\":"
        + shape
        + ",\"data\":"
        + data
        + "}]}";
  }

  private static Map<String, String> infer() {
    Map<String, String> bodies = new LinkedHashMap<>();
    String mark = "\"" + Corpus.MARK + "\"";
    bodies.put("no-inputs", "{}");
    bodies.put("empty-inputs", "{\"inputs\":[]}");
    bodies.put("input-of-nulls", "{\"inputs\":[null]}");
    bodies.put("unknown-input", input(Corpus.MARK, "FP32", "[1]", "[1]"));
    bodies.put("unknown-datatype", input("customer_id", "FP99", "[1]", "[1]"));
    bodies.put("another-datatype", input("customer_id", "FP32", "[1,1]", "[1]"));
    bodies.put("shape-of-terabytes", input("customer_id", "BYTES", "[1099511627776]", "[1]"));
    bodies.put(
        "shape-that-overflows", input("customer_id", "BYTES", "[4294967296,4294967296]", "[]"));
    bodies.put("shape-negative", input("customer_id", "BYTES", "[-1,1]", "[" + mark + "]"));
    bodies.put("shape-of-fractions", input("customer_id", "BYTES", "[1.5]", "[" + mark + "]"));
    bodies.put("shape-of-texts", input("customer_id", "BYTES", "[\"1\"]", "[" + mark + "]"));
    bodies.put(
        "shape-of-many-dimensions",
        input("customer_id", "BYTES", "[" + "1,".repeat(9_999) + "1]", "[" + mark + "]"));
    bodies.put("less-data-than-said", input("customer_id", "BYTES", "[5,1]", "[" + mark + "]"));
    bodies.put(
        "more-data-than-said",
        input("customer_id", "BYTES", "[1,1]", "[" + (mark + ",").repeat(500) + mark + "]"));
    bodies.put(
        "data-deep", input("customer_id", "BYTES", "[1,1]", "[".repeat(5_000) + "]".repeat(5_000)));
    bodies.put(
        "data-ragged", input("customer_id", "BYTES", "[2,2]", "[[\"a\"],[\"b\",\"c\",\"d\"]]"));
    bodies.put("data-of-objects", input("customer_id", "BYTES", "[1,1]", "[{}]"));
    bodies.put("data-null", input("customer_id", "BYTES", "[1,1]", "null"));
    String once =
        "{\"name\":\"customer_id\",\"datatype\":\"BYTES\",\"shape\":[1,1],\"data\":[\"x\"]}";
    bodies.put("input-twice", "{\"inputs\":[" + once + "," + once + "]}");
    bodies.put(
        "shared-memory",
        "{\"inputs\":[{\"name\":\"customer_id\",\"datatype\":\"BYTES\",\"shape\":[1,1],"
            + "\"parameters\":{\"shared_memory_region\":\"/etc/passwd\","
            + "\"shared_memory_byte_size\":8}}]}");
    bodies.put(
        "unknown-output",
        input(
                "customer_id",
                "BYTES",
                "[1,1]",
                "[" + mark + "],\"x\":1}],\"outputs\":[{\"name\":" + mark + "")
            .replace("}]}", "}]}"));
    bodies.put(
        "ten-thousand-inputs",
        "{\"inputs\":["
            + "{\"name\":\"a\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]},".repeat(10_000)
            + "{}]}");
    bodies.put(
        "rows-in-millions",
        input("customer_id", "BYTES", "[1000000,1]", "[" + "\"\",".repeat(999_999) + "\"\"]"));
    return bodies;
  }

  private static void binary(List<Case> cases) {
    String header =
        "{\"inputs\":[{\"name\":\"customer_id\",\"datatype\":\"BYTES\",\"shape\":[1,1],"
            + "\"parameters\":{\"binary_data_size\":%s}}]}";
    cases.add(binary("header-longer-than-body", "99999", () -> new byte[5]));
    cases.add(binary("header-negative", "-5", () -> new byte[5]));
    cases.add(binary("header-of-letters", Corpus.MARK, () -> new byte[5]));
    cases.add(binary("header-beyond-int", "99999999999", () -> new byte[5]));
    for (String size : List.of("0", "3", "8", "99999999999", "-1", "1.5", "\"8\"")) {
      String json = header.formatted(size);
      cases.add(
          binary(
              "size-" + size,
              Integer.toString(json.length()),
              () -> (json + "\u00ff\u00ff\u00ff\u007fabcd").getBytes(ISO_8859_1)));
    }
    String eight = header.formatted("8");
    cases.add(
        binary(
            "bytes-left-over",
            Integer.toString(eight.length()),
            () -> (eight + "\4\0\0\0abcd" + Corpus.MARK).getBytes(ISO_8859_1)));
    cases.add(
        binary(
            "text-of-bad-utf8",
            Integer.toString(eight.length()),
            () -> (eight + "\4\0\0\0\u00ff\u00fe\u00c0\u00af").getBytes(ISO_8859_1)));
  }

  private static Case binary(String name, String header, Supplier<byte[]> body) {
    return new Case(
        "v2/binary-" + name,
        new Case.Attack.Call(
            "POST",
            INFER,
            new TreeSet<>(
                Set.of(
                    "Content-Type: application/octet-stream",
                    "Inference-Header-Content-Length: " + header)),
            body),
        Case.REFUSED,
        null,
        false);
  }

  private static void tensorflow(List<Case> cases) {
    String mark = "\"" + Corpus.MARK + "\"";
    int number = 0;
    for (String body :
        List.of(
            "{}",
            "{\"instances\":[]}",
            "{\"instances\":{}}",
            "{\"instances\":[1]}",
            "{\"instances\":[" + mark + "]}",
            "{\"instances\":[{\"x\":" + mark + "}]}",
            "{\"inputs\":{\"customer_id\":5}}",
            "{\"inputs\":{\"customer_id\":[" + mark + "],\"partner\":[true,false]}}",
            "{\"inputs\":{\"customer_id\":[[[" + mark + "]]]}}",
            "{\"instances\":[{\"customer_id\":{\"b64\":\"%%\"}}]}",
            "{\"instances\":[{\"customer_id\":" + mark + "}],\"inputs\":{}}",
            "{\"signature_name\":" + mark + ",\"instances\":[{\"customer_id\":\"x\"}]}")) {
      Case plain =
          Case.call(
              "tensorflow/" + number++,
              "POST",
              "/v1/models/customer-churn:predict",
              "application/json",
              JsonCases.text(body));
      // A signature that nobody knows may be passed over.
      cases.add(body.contains("signature_name") ? plain.may(200, 400, 404) : plain);
    }
    cases.add(many("empty-lists", "[]", 4 << 20));
    cases.add(many("empty-objects", "{}", 4 << 20));
    cases.add(many("numbers", "0", 7 << 20));
    cases.add(many("texts", "\"\"", 4 << 20));
  }

  /// Little to send, much to hold.
  private static Case many(String name, String each, int count) {
    return Case.call(
        "tensorflow/millions-of-" + name,
        "POST",
        "/v1/models/customer-churn:predict",
        "application/json",
        () -> ("{\"inputs\":[" + (each + ",").repeat(count) + each + "]}").getBytes(UTF_8));
  }

  private static void csv(List<Case> cases) {
    int number = 0;
    for (String body :
        List.of(
            "",
            "\n\n\n",
            Corpus.MARK,
            "a,b,c",
            "\"" + Corpus.MARK,
            ",".repeat(100_000),
            "\"\"\"".repeat(50_000),
            "x\n".repeat(500_000),
            "\0\0\0",
            "=cmd|' /C calc'!A0,1,2",
            "x".repeat(15 << 20))) {
      cases.add(csv("" + number++, "text/csv", body));
    }
    cases.add(csv("header-only", "text/csv; header=present", "customer_id"));
    cases.add(csv("header-unknown", "text/csv; header=present", Corpus.MARK + "\n1\n"));
    cases.add(csv("header-twice", "text/csv; header=present", "customer_id,customer_id\na,b\n"));
    cases.add(
        csv("header-and-millions", "text/csv; header=present", "x\n" + "1\n".repeat(6 << 20)));
    cases.add(csv("bad-utf8", "text/csv", "\u00ff\u00fe"));
    cases.add(csv("charset", "text/csv; charset=utf-16", "a"));
  }

  private static Case csv(String name, String type, String body) {
    return new Case(
        "csv/" + name,
        new Case.Attack.Call(
            "POST",
            "/invocations",
            new TreeSet<>(
                Set.of("Content-Type: " + type, "X-Amzn-SageMaker-Target-Model: customer-churn")),
            () -> body.getBytes(ISO_8859_1)),
        Case.REFUSED,
        null,
        false);
  }
}
