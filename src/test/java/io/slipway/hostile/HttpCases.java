package io.slipway.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;

/// What is no request, hardly one, or never one.
final class HttpCases {
  private static final String END = "\r\n\r\n";
  private static final String OBJECT = "{\"customer_id\":\"X\"}";
  private static final Integer[] REFUSED_OR_CLOSED = {
    Case.CLOSED, 400, 403, 404, 405, 411, 413, 414, 415, 417, 421, 422, 431, 501, 505
  };

  private HttpCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    requests(cases);
    headers(cases);
    bodies(cases);
    paths(cases);
    queries(cases);
    slow(cases);
    return cases;
  }

  private static void requests(List<Case> cases) {
    raw(cases, "no-http", Corpus.MARK + "\r\n\r\n");
    raw(cases, "nothing-but-lines", "\r\n".repeat(10_000));
    raw(cases, "tls", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003" + END);
    raw(cases, "nul-in-line", "GET /\u0000 HTTP/1.1\r\nHost: localhost" + END);
    raw(cases, "no-version", "GET /models" + END);
    raw(cases, "version-9", "GET /models HTTP/9.9\r\nHost: localhost" + END);
    raw(cases, "long-method", "G".repeat(100_000) + " / HTTP/1.1\r\nHost: localhost" + END);
    raw(cases, "long-line", "GET /" + "a".repeat(100_000) + " HTTP/1.1\r\nHost: localhost" + END);
    raw(cases, "blank-in-path", "GET /mo dels HTTP/1.1\r\nHost: localhost" + END);
    raw(cases, "connect", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example" + END);
    raw(cases, "absolute", "GET http://evil.example/models HTTP/1.1\r\nHost: evil.example" + END);
    raw(cases, "http2-preface-and-garbage", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "x".repeat(999));
    raw(
        cases,
        "http2-huge-frame",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u00ff\u00ff\u00ff\0\0\0\0\0\0");
    for (String method : List.of("TRACE", "DELETE", "PUT", "PATCH", "PROPFIND", "BREW")) {
      raw(
          cases,
          "method-" + method,
          method + " /models/customer-churn/predict HTTP/1.1\r\nHost: localhost" + END);
    }
  }

  private static void headers(List<Case> cases) {
    raw(cases, "ten-thousand-headers", get("X-A: " + Corpus.MARK + "\r\n", 10_000));
    raw(cases, "a-header-of-a-megabyte", get("X-A: " + "x".repeat(1 << 20) + "\r\n", 1));
    raw(cases, "header-name-of-a-megabyte", get("x".repeat(1 << 20) + ": 1\r\n", 1));
    raw(cases, "no-host", "POST " + JsonCases.PREDICT + " HTTP/1.1\r\nContent-Length: 0" + END);
    raw(cases, "folded-header", post("X-A: 1\r\n continued\r\nContent-Length: x\r\n"));
    raw(cases, "blank-before-colon", post("Content-Length : 5\r\n"));
    raw(cases, "length-twice", post("Content-Length: 5\r\nContent-Length: 6\r\n"));
    raw(cases, "length-negative", post("Content-Length: -1\r\n"));
    raw(cases, "length-of-letters", post("Content-Length: abc\r\n"));
    raw(cases, "length-beyond-long", post("Content-Length: 99999999999999999999\r\n"));
    raw(cases, "length-of-terabytes", post("Content-Length: 9999999999999\r\n"));
    raw(
        cases,
        "length-and-chunks",
        post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n" + "GET /x");
    raw(cases, "chunked-twice", post("Transfer-Encoding: chunked, chunked\r\n") + "0\r\n\r\n");
    raw(cases, "unknown-coding", post("Transfer-Encoding: evil\r\n") + "x");
    raw(cases, "chunk-of-no-size", post("Transfer-Encoding: chunked\r\n") + "zz\r\n");
    raw(cases, "chunk-beyond-int", post("Transfer-Encoding: chunked\r\n") + "fffffffff\r\n");
    raw(
        cases,
        "chunk-extension-of-a-megabyte",
        post("Transfer-Encoding: chunked\r\n") + "1;" + "x".repeat(1 << 20) + "\r\n");
    raw(
        cases,
        "trailers-of-a-megabyte",
        post("Transfer-Encoding: chunked\r\n") + "0\r\nX: " + "x".repeat(1 << 20) + END);
    raw(cases, "expects-the-unknown", post("Expect: evil\r\nContent-Length: 5\r\n"));
    raw(
        cases,
        "upgrade",
        post("Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 0\r\n"));
    for (String header :
        List.of(
            "Content-Encoding: gzip",
            "Content-Encoding: br",
            "Content-Type: application/x-java-serialized-object",
            "Content-Type: application/json; charset=utf-16",
            "Content-Type: " + "a/".repeat(1_000),
            "Slipway-Deadline-Ms: -5",
            "Slipway-Deadline-Ms: " + Corpus.MARK,
            "Slipway-Deadline-Ms: 99999999999999999999")) {
      cases.add(
          new Case(
              "http/header-" + header.substring(0, Math.min(60, header.length())),
              new Case.Attack.Call(
                  "POST",
                  JsonCases.PREDICT,
                  header.startsWith("Content-Type")
                      ? Set.of(header)
                      : Set.of("Content-Type: application/json", header),
                  () -> OBJECT.getBytes(UTF_8)),
              Case.REFUSED,
              null,
              false));
    }
  }

  private static void bodies(List<Case> cases) {
    cases.add(encoded("predict-gzip-bomb", JsonCases.PREDICT, 100 << 20).may(413, 415));
    cases.add(
        encoded("infer-gzip-bomb", "/v2/models/customer-churn/infer", 200 << 20).may(400, 413));
    cases.add(
        encoded("tensorflow-gzip-bomb", "/v1/models/customer-churn:predict", 100 << 20)
            .may(400, 413, 415));
    cases.add(
        encoded("upload-gzip-bomb", "/api/v1/models/hostile/versions", 100 << 20)
            .may(400, 413, 415, 422));
    cases.add(
        new Case(
            "http/chunks-of-one-byte",
            new Case.Attack.Stream(
                () ->
                    Collections.nCopies(
                        1,
                        (post("Transfer-Encoding: chunked\r\n") + "1\r\n{\r\n".repeat(200_000))
                            .getBytes(ISO_8859_1)),
                0),
            Set.of(Case.CLOSED, 400, 408, 413),
            null,
            false));
  }

  private static Case encoded(String name, String path, int bytes) {
    return new Case(
        "http/" + name,
        new Case.Attack.Call(
            "POST",
            path,
            Set.of("Content-Type: application/json", "Content-Encoding: gzip"),
            () -> gzip(bytes)),
        Case.REFUSED,
        null,
        false);
  }

  static byte[] gzip(int blanks) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      byte[] piece = " ".repeat(1 << 20).getBytes(UTF_8);
      for (int i = 0; i < blanks >> 20; i++) {
        gzip.write(piece);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void paths(List<Case> cases) {
    for (String path :
        List.of(
            "/../../../../etc/passwd",
            "/models/../../etc/passwd",
            "/docs/../../../../etc/passwd",
            "/docs/%2e%2e/%2e%2e/etc/passwd",
            "/console/assets/../../../etc/passwd",
            "/console/assets/..%2f..%2f..%2fetc%2fpasswd",
            "/docs/..%5c..%5cetc",
            "/docs/%00",
            "/models/%00",
            "/models/%ff%fe",
            "/models/%",
            "/models/%zz",
            "//models/evil",
            "/models//predict",
            "/models/customer-churn;x=1",
            "/api/v1/models/" + "a".repeat(5_000),
            "/api/v1/models/customer-churn/versions/99999999999999999999",
            "/api/v1/models/customer-churn/versions/-1",
            "/api/v1/models/customer-churn/versions/1/files/../../../etc/passwd",
            "/api/v1/models/customer-churn/versions/1/files/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
            "/api/v1/models/customer-churn/versions/1/files/model.onnx%00.txt",
            "/models/customer-churn/versions/0",
            "/models/" + Corpus.MARK,
            "/v2/models/" + Corpus.MARK,
            "/v1/models/" + Corpus.MARK,
            "/.git/config",
            "/q/dev",
            "/WEB-INF/web.xml")) {
      raw(
          cases,
          "path-" + path.substring(0, Math.min(80, path.length())),
          "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close" + END);
    }
  }

  private static void queries(List<Case> cases) {
    for (String query :
        List.of(
            "/api/v1/models?page_token=%ff",
            "/api/v1/models?limit=-1",
            "/api/v1/models?limit=99999999999",
            "/api/v1/models?limit=" + Corpus.MARK,
            "/api/v1/audit?limit=x",
            "/api/v1/models/customer-churn/compare?versions=1",
            "/api/v1/models/customer-churn/compare?versions=1,2,3,4,5,6,7,8,9,10,11,12,13",
            "/api/v1/models/customer-churn/compare?versions=" + Corpus.MARK,
            "/models/customer-churn/predict?on_error=" + Corpus.MARK)) {
      cases.add(
          new Case(
              "http/query-" + query,
              new Case.Attack.Call("GET", query, Set.of(), () -> new byte[0]),
              Case.REFUSED,
              null,
              false));
    }
  }

  private static void slow(List<Case> cases) {
    cases.add(
        new Case(
            "http/head-that-drips",
            new Case.Attack.Stream(
                () -> drops("GET /models HTTP/1.1\r\nHost: localhost\r\nX-" + "a".repeat(60)), 100),
            Set.of(Case.CLOSED, 400, 408),
            null,
            true));
    cases.add(
        new Case(
            "http/body-that-drips",
            new Case.Attack.Stream(
                () -> drops(post("Content-Length: 5000\r\n") + "x".repeat(20)), 100),
            Set.of(Case.CLOSED, 400, 408, 504),
            null,
            true));
  }

  private static Iterable<byte[]> drops(String text) {
    List<byte[]> drops = new ArrayList<>();
    for (char c : text.toCharArray()) {
      drops.add(new byte[] {(byte) c});
    }
    return drops;
  }

  private static String get(String header, int times) {
    return "GET /models HTTP/1.1\r\nHost: localhost\r\n" + header.repeat(times) + "\r\n";
  }

  private static String post(String headers) {
    return "POST "
        + JsonCases.PREDICT
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + headers
        + "\r\n";
  }

  private static void raw(List<Case> cases, String name, String bytes) {
    Supplier<Iterable<byte[]>> pieces = () -> List.of(bytes.getBytes(ISO_8859_1));
    cases.add(
        new Case(
            "http/" + name,
            new Case.Attack.Stream(pieces, 0),
            Set.of(REFUSED_OR_CLOSED),
            null,
            false));
  }
}
