package io.slipway.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/// Frames and messages of gRPC that are none, or lie.
final class GrpcCases {
  private static final String INFER = "/inference.GRPCInferenceService/ModelInfer";

  private GrpcCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    frames(cases);
    messages(cases);
    methods(cases);
    return cases;
  }

  private static Case grpc(String name, Supplier<byte[]> body) {
    return grpc(name, INFER, Set.of(), body);
  }

  /// Any of gRPC's own statuses but 0 (well) and 2 (unknown) answers.
  private static Case grpc(String name, String method, Set<String> headers, Supplier<byte[]> body) {
    return new Case(
        "grpc/" + name,
        new Case.Attack.Grpc(method, headers, body),
        Set.of(3, 5, 7, 8, 12, 13, 400, 404, 415),
        null,
        false);
  }

  private static byte[] frame(int flag, int length, byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) flag)
        .putInt(length)
        .put(message)
        .array();
  }

  private static byte[] frame(Proto message) {
    return frame(0, message.bytes().length, message.bytes());
  }

  private static void frames(List<Case> cases) {
    cases.add(grpc("no-frame", () -> new byte[0]));
    cases.add(grpc("half-a-frame", () -> new byte[] {0, 0, 0}));
    cases.add(grpc("frame-cut", () -> frame(0, 100, new byte[10])));
    cases.add(grpc("frame-of-2-gigabytes", () -> frame(0, Integer.MAX_VALUE, new byte[10])));
    cases.add(grpc("frame-of-negative-length", () -> frame(0, -1, new byte[10])));
    cases.add(grpc("flag-9", () -> frame(9, 3, new byte[3])));
    cases.add(grpc("compressed-without-saying", () -> frame(1, 3, new byte[3])));
    cases.add(
        grpc(
            "compressed-garbage",
            INFER,
            Set.of("grpc-encoding: gzip"),
            () -> frame(1, 3, new byte[3])));
    cases.add(
        grpc(
            "compressed-bomb",
            INFER,
            Set.of("grpc-encoding: gzip"),
            () -> {
              byte[] bomb = HttpCases.gzip(200 << 20);
              return frame(1, bomb.length, bomb);
            }));
    cases.add(
        grpc(
            "unknown-coding",
            INFER,
            Set.of("grpc-encoding: evil"),
            () -> frame(1, 1, new byte[1])));
    cases.add(grpc("two-messages", () -> twice(frame(new Proto().text(1, "customer-churn")))));
    cases.add(grpc("a-hundred-thousand-empty-messages", GrpcCases::empties));
    cases.add(
        grpc(
            "bad-timeout",
            INFER,
            Set.of("grpc-timeout: " + Corpus.MARK),
            () -> frame(0, 0, new byte[0])));
    Random random = new Random(443);
    for (int i = 0; i < 8; i++) {
      byte[] noise = new byte[random.nextInt(5, 2_000)];
      random.nextBytes(noise);
      cases.add(grpc("noise-" + i, () -> noise));
      cases.add(grpc("noise-in-a-frame-" + i, () -> frame(0, noise.length, noise)));
    }
  }

  private static byte[] twice(byte[] frame) {
    return ByteBuffer.allocate(2 * frame.length).put(frame).put(frame).array();
  }

  private static byte[] empties() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < 100_000; i++) {
      out.writeBytes(new byte[5]);
    }
    return out.toByteArray();
  }

  private static Proto infer(Proto... inputs) {
    Proto request = new Proto().text(1, "customer-churn");
    for (Proto input : inputs) {
      request.message(5, input);
    }
    return request;
  }

  private static Proto input(String name, String datatype, long... shape) {
    Proto input = new Proto().text(1, name).text(2, datatype);
    for (long size : shape) {
      input.number(3, size);
    }
    return input;
  }

  private static void messages(List<Case> cases) {
    cases.add(grpc("unknown-model", () -> frame(new Proto().text(1, Corpus.MARK))));
    cases.add(grpc("name-of-bad-utf8", () -> frame(new Proto().bytes(1, new byte[] {-1, -2}))));
    cases.add(grpc("version-of-letters", () -> frame(infer().text(2, Corpus.MARK))));
    cases.add(grpc("no-inputs", () -> frame(infer())));
    cases.add(grpc("unknown-input", () -> frame(infer(input(Corpus.MARK, "BYTES", 1)))));
    cases.add(grpc("unknown-datatype", () -> frame(infer(input("customer_id", Corpus.MARK, 1)))));
    cases.add(grpc("no-data", () -> frame(infer(input("customer_id", "BYTES", 1, 1)))));
    cases.add(
        grpc("shape-of-terabytes", () -> frame(infer(input("customer_id", "BYTES", 1L << 40)))));
    cases.add(grpc("shape-negative", () -> frame(infer(input("customer_id", "BYTES", -1)))));
    cases.add(
        grpc(
            "shape-that-overflows",
            () -> frame(infer(input("customer_id", "BYTES", 1L << 32, 1L << 32)))));
    cases.add(
        grpc(
            "more-raw-than-inputs",
            () ->
                frame(
                    infer(input("customer_id", "BYTES", 1))
                        .bytes(7, new byte[4])
                        .bytes(7, new byte[4]))));
    cases.add(
        grpc(
            "raw-text-that-lies",
            () ->
                frame(
                    infer(input("customer_id", "BYTES", 1, 1))
                        .bytes(7, new byte[] {-1, -1, -1, 127}))));
    cases.add(
        grpc(
            "raw-cut",
            () -> frame(infer(input("customer_id", "BYTES", 1, 1)).bytes(7, new byte[3]))));
    cases.add(grpc("length-beyond-end", () -> frame(new Proto().claimed(5, 1 << 30, new byte[3]))));
    cases.add(grpc("deep", () -> frame(deep())));
    cases.add(grpc("ten-thousand-inputs", GrpcCases::many));
  }

  private static Proto deep() {
    Proto deep = new Proto();
    for (int i = 0; i < 5_000; i++) {
      deep = new Proto().message(99, deep);
    }
    return infer().message(99, deep);
  }

  private static byte[] many() {
    Proto[] inputs = new Proto[10_000];
    java.util.Arrays.fill(inputs, input("customer_id", "BYTES", 1));
    return frame(infer(inputs));
  }

  private static void methods(List<Case> cases) {
    // A model that is not there is not ready.
    cases.add(
        grpc(
                "method-ModelReady",
                "/inference.GRPCInferenceService/ModelReady",
                Set.of(),
                () -> frame(new Proto().text(1, Corpus.MARK)))
            .may(0, 5));
    for (String method :
        List.of("ModelMetadata", "ModelConfig", "ModelStatistics", "RepositoryModelLoad", "Evil")) {
      cases.add(
          grpc(
              "method-" + method,
              "/inference.GRPCInferenceService/" + method,
              Set.of(),
              () -> frame(new Proto().text(1, Corpus.MARK).text(2, Corpus.MARK))));
    }
  }
}
