package io.slipway.hostile;

import static io.slipway.hostile.Onnx.BOOL;
import static io.slipway.hostile.Onnx.FLOAT;
import static io.slipway.hostile.Onnx.bare;
import static io.slipway.hostile.Onnx.constant;
import static io.slipway.hostile.Onnx.graph;
import static io.slipway.hostile.Onnx.longs;
import static io.slipway.hostile.Onnx.model;
import static io.slipway.hostile.Onnx.node;
import static io.slipway.hostile.Onnx.output;
import static io.slipway.hostile.Onnx.shape;
import static io.slipway.hostile.Onnx.subgraph;
import static io.slipway.hostile.Onnx.whole;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/// Files that are no model, or one that never gets as far as to be run.
final class OnnxCases {
  private OnnxCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    wire(cases);
    limits(cases);
    domains(cases);
    trees(cases);
    external(cases);
    graphs(cases);
    allocations(cases);
    damaged(cases);
    return cases;
  }

  private static Case onnx(String name, Supplier<byte[]> body) {
    return Case.call("onnx/" + name, "POST", ArchiveCases.UPLOAD, "application/onnx", body)
        .may(400, 413, 422)
        .slowly();
  }

  static byte[] identity() {
    return model(graph(node("Identity", "x > y")));
  }

  private static void wire(List<Case> cases) {
    cases.add(onnx("empty", () -> new byte[0]));
    cases.add(onnx("text", JsonCases.text("not a model " + Corpus.MARK)));
    cases.add(onnx("zip", () -> new Zip().add("a", "x").bytes()));
    cases.add(onnx("pickle", () -> new byte[] {(byte) 0x80, 4, (byte) 0x95, 1, 0, 0, 0, 0}));
    cases.add(onnx("no-graph", () -> new Proto().number(1, 8).bytes()));
    cases.add(onnx("no-version", () -> new Proto().message(7, graph()).bytes()));
    cases.add(
        onnx("endless-number", () -> new Proto().raw(8).raw(new int[0]).raw(ones(40)).bytes()));
    cases.add(
        onnx("length-beyond-end", () -> new Proto().claimed(7, 1L << 40, new byte[9]).bytes()));
    cases.add(onnx("negative-length", () -> new Proto().claimed(7, -1, new byte[9]).bytes()));
    cases.add(onnx("field-0", () -> new Proto().raw(0, 1).bytes()));
    cases.add(onnx("groups", () -> new Proto().raw(ones(5)).raw(repeat(0x0B, 100_000)).bytes()));
    cases.add(onnx("graph-as-number", () -> new Proto().number(1, 8).number(7, 5).bytes()));
    cases.add(onnx("unknown-fields", OnnxCases::unknown).may(400, 413, 422, 200));
    cases.add(onnx("a-document-of-40-megabytes", OnnxCases::documented).may(200, 413, 422));
  }

  private static int[] ones(int count) {
    return repeat(0xFF, count);
  }

  private static int[] repeat(int value, int count) {
    int[] all = new int[count];
    Arrays.fill(all, value);
    return all;
  }

  private static byte[] unknown() {
    Proto deep = new Proto();
    for (int i = 0; i < 2_000; i++) {
      deep = new Proto().message(99, deep);
    }
    return model(graph(node("Identity", "x > y")).message(99, deep));
  }

  private static byte[] documented() {
    return model(graph(node("Identity", "x > y")).text(10, "x".repeat(40 << 20)));
  }

  private static void limits(List<Case> cases) {
    cases.add(onnx("50001-nodes", () -> chain(50_001)).says("too_large"));
    cases.add(onnx("300000-nodes", () -> chain(300_000)).says("too_large"));
    cases.add(onnx("257-outputs", () -> wide(257)).says("too_large"));
    cases.add(onnx("50000-outputs", () -> wide(50_000)).says("too_large"));
    cases.add(onnx("9-ifs-in-ifs", () -> model(nested(9))).says("nested_too_deep"));
    cases.add(onnx("500-ifs-in-ifs", () -> model(nested(500))).says("nested_too_deep"));
    cases.add(onnx("function-that-calls-itself", OnnxCases::itself).says("recursive_function"));
    cases.add(onnx("functions-that-call-each-other", OnnxCases::mutual).says("recursive_function"));
    cases.add(onnx("functions-that-double-40-times", () -> doubling(40)).says("too_large"));
    cases.add(onnx("functions-that-double-200-times", () -> doubling(200)).says("too_large"));
    cases.add(onnx("a-megabyte-of-strings", () -> strings(1 << 20)).says("too_large"));
    cases.add(onnx("a-hundred-thousand-inputs", OnnxCases::inputs).may(413, 422));
  }

  private static byte[] chain(int nodes) {
    Proto graph = bare();
    for (int i = 0; i < nodes; i++) {
      graph.message(1, node("Identity", "v" + i + " > v" + (i + 1)));
    }
    return model(Onnx.input(output(graph, "v" + nodes, FLOAT, -1), "v0", FLOAT, -1));
  }

  private static byte[] wide(int outputs) {
    Proto graph = Onnx.input(bare(), "x", FLOAT, -1);
    for (int i = 0; i < outputs; i++) {
      graph.message(1, node("Identity", "x > y" + i));
      output(graph, "y" + i, FLOAT, -1);
    }
    return model(graph);
  }

  private static Proto nested(int levels) {
    Proto inner = output(bare(node("Identity", "x > z")), "z", FLOAT, -1);
    for (int i = 1; i < levels; i++) {
      inner = output(bare(choice(inner, "z")), "z", FLOAT, -1);
    }
    Proto graph = graph(choice(inner, "y"));
    return Onnx.input(graph, "c", BOOL);
  }

  private static Proto choice(Proto inner, String to) {
    Proto other = output(bare(node("Identity", "x > e")), "e", FLOAT, -1);
    return node("If", "c > " + to, subgraph("then_branch", inner), subgraph("else_branch", other));
  }

  private static Proto function(String name, Proto... nodes) {
    Proto function = new Proto().text(1, name).text(4, "x").text(5, "y");
    for (Proto node : nodes) {
      function.message(7, node);
    }
    Onnx.opset(function, "local", 1);
    return function.message(9, new Proto().text(1, "").number(2, 17)).text(10, "local");
  }

  private static byte[] itself() {
    return model(graph(node("local", "F", "x > y")), function("F", node("local", "F", "x > y")));
  }

  private static byte[] mutual() {
    return model(
        graph(node("local", "F", "x > y")),
        function("F", node("local", "G", "x > y")),
        function("G", node("local", "F", "x > y")));
  }

  private static byte[] doubling(int times) {
    Proto[] functions = new Proto[times];
    functions[0] = function("F0", node("Identity", "x > y"));
    for (int i = 1; i < times; i++) {
      String call = "F" + (i - 1);
      functions[i] = function("F" + i, node("local", call, "x > z"), node("local", call, "z > y"));
    }
    return model(graph(node("local", "F" + (times - 1), "x > y")), functions);
  }

  private static byte[] strings(int bytes) {
    Proto tensor = Onnx.dimensioned("s", Onnx.STRING, 1).text(6, "x".repeat(bytes + 1));
    return model(graph(node("Identity", "x > y")).message(5, tensor));
  }

  private static byte[] inputs() {
    Proto graph = graph(node("Identity", "x > y"));
    for (int i = 0; i < 100_000; i++) {
      Onnx.input(graph, "i" + i, FLOAT, 1);
    }
    return model(graph);
  }

  private static void domains(List<Case> cases) {
    String refused = "custom_operator";
    cases.add(
        onnx("custom-operator", () -> model(graph(node("evil", "E", "x > y")))).says(refused));
    cases.add(
        onnx(
                "custom-operator-in-a-branch",
                () ->
                    model(
                        Onnx.input(
                            graph(
                                choice(
                                    output(bare(node("evil", "E", "x > z")), "z", FLOAT, -1), "y")),
                            "c",
                            BOOL)))
            .says(refused));
    cases.add(
        onnx(
                "custom-operator-in-a-function",
                () ->
                    model(
                        graph(node("local", "F", "x > y")),
                        function("F", node("evil", "E", "x > y"))))
            .says(refused));
    cases.add(
        onnx(
                "custom-operator-of-strange-domain",
                () -> model(graph(node("\u202eE\n", "E", "x > y"))))
            .says(refused));
    cases.add(onnx("unknown-operator", () -> model(graph(node("Evil", "x > y")))));
    cases.add(onnx("newer-operators", OnnxCases::newer));
    cases.add(
        onnx("unknown-of-microsoft", () -> model(graph(node("com.microsoft", "E", "x > y")))));
  }

  private static byte[] newer() {
    Proto model = new Proto().number(1, 8).message(7, graph(node("Identity", "x > y")));
    Onnx.opset(model, "", 9_999);
    return model.bytes();
  }

  private static void trees(List<Case> cases) {
    cases.add(onnx("tree-of-513-levels", () -> tree(513, 0, "")).says("tree_too_deep"));
    cases.add(onnx("tree-of-20000-levels", () -> tree(20_000, 0, "")).says("tree_too_deep"));
    cases.add(onnx("tree-in-a-circle", () -> tree(20, -1, "")).says("broken_tree"));
    cases.add(onnx("tree-with-a-child-too-many", () -> tree(20, 99_999, "")).says("broken_tree"));
    cases.add(onnx("tree-with-a-negative-child", () -> tree(20, -999, "")).says("broken_tree"));
    cases.add(onnx("tree-of-unequal-lists", () -> tree(20, 0, "short")).says("broken_tree"));
    cases.add(onnx("tree-of-huge-features", () -> tree(20, 0, "feature")));
  }

  /// @param last what the last true child is instead; -1: the root
  private static byte[] tree(int levels, int last, String fault) {
    int nodes = 2 * levels + 1;
    long[] ids = new long[nodes];
    long[] yes = new long[nodes];
    long[] no = new long[nodes];
    String[] modes = new String[nodes];
    Arrays.fill(modes, "LEAF");
    for (int i = 0; i < nodes; i++) {
      ids[i] = i;
    }
    for (int level = 0; level < levels; level++) {
      yes[2 * level] = 2L * level + 1;
      no[2 * level] = 2L * level + 2;
      modes[2 * level] = "BRANCH_LEQ";
    }
    if (last != 0) {
      no[2 * levels - 2] = last == -1 ? 0 : last;
    }
    long[] features = new long[nodes];
    Arrays.fill(features, fault.equals("feature") ? Integer.MAX_VALUE : 0);
    Proto node =
        node(
            "ai.onnx.ml",
            "TreeEnsembleRegressor",
            "x > y",
            whole("n_targets", 1),
            Onnx.wholes("nodes_treeids", new long[nodes]),
            Onnx.wholes("nodes_nodeids", fault.equals("short") ? new long[1] : ids),
            Onnx.wholes("nodes_featureids", features),
            Onnx.texts("nodes_modes", modes),
            Onnx.reals("nodes_values", new float[nodes]),
            Onnx.wholes("nodes_truenodeids", yes),
            Onnx.wholes("nodes_falsenodeids", no),
            Onnx.wholes("target_treeids", 0),
            Onnx.wholes("target_nodeids", nodes - 1),
            Onnx.wholes("target_ids", 0),
            Onnx.reals("target_weights", 1));
    return model(Onnx.input(output(bare(node), "y", FLOAT, -1, 1), "x", FLOAT, -1, 1));
  }

  private static void external(List<Case> cases) {
    for (String location :
        List.of(
            "/etc/passwd",
            "../../../../../../etc/passwd",
            "..\\..\\secret",
            "C:\\secret",
            "file:///etc/passwd",
            "http://evil.example/weights",
            "/proc/self/environ",
            "/dev/zero",
            "nothing.data",
            "model.onnx",
            "",
            "a\u0000b",
            "*/ORT_MEM_ADDR/*")) {
      cases.add(onnx("external-" + location, () -> external(location, "0", "16")));
    }
    cases.add(onnx("external-negative", () -> external("weights", "-8", "16")));
    cases.add(onnx("external-beyond", () -> external("weights", "9223372036854775807", "16")));
    cases.add(onnx("external-of-letters", () -> external("weights", Corpus.MARK, "x")));
  }

  private static byte[] external(String location, String offset, String length) {
    Proto tensor = Onnx.dimensioned("w", FLOAT, 4);
    String[] entries = {"location", location, "offset", offset, "length", length};
    for (int i = 0; i < entries.length; i += 2) {
      tensor.message(13, new Proto().text(1, entries[i]).text(2, entries[i + 1]));
    }
    tensor.number(14, 1);
    return model(graph(node("Add", "x w > y")).message(5, tensor));
  }

  private static void graphs(List<Case> cases) {
    cases.add(onnx("no-nodes", () -> model(graph())));
    cases.add(onnx("no-outputs", () -> model(Onnx.input(bare(), "x", FLOAT, -1))));
    cases.add(onnx("node-of-itself", () -> model(graph(node("Add", "x y > y")))));
    cases.add(
        onnx(
            "circle",
            () ->
                model(
                    graph(
                        node("Add", "x b > a"),
                        node("Identity", "a > b"),
                        node("Identity", "a > y")))));
    cases.add(onnx("input-of-nowhere", () -> model(graph(node("Add", "x q > y")))));
    cases.add(
        onnx(
            "output-of-nowhere",
            () -> model(output(graph(node("Identity", "x > y")), "q", FLOAT, 1))));
    cases.add(
        onnx("two-makers", () -> model(graph(node("Identity", "x > y"), node("Neg", "x > y")))));
    cases.add(onnx("wrong-types", () -> model(graph(node("Not", "x > y")))));
    cases.add(onnx("wrong-count", () -> model(graph(node("Add", "x > y")))));
    cases.add(onnx("missing-attribute", () -> model(graph(node("Cast", "x > y")))));
    cases.add(
        onnx(
            "attribute-of-another-type",
            () -> model(graph(node("Cast", "x > y", Onnx.text("to", Corpus.MARK))))));
    cases.add(
        onnx(
                "attribute-twice",
                () -> model(graph(node("Cast", "x > y", whole("to", 1), whole("to", 7)))))
            .may(200, 400, 422));
    cases.add(
        onnx(
                "negative-dimension",
                () ->
                    model(
                        Onnx.input(
                            output(bare(node("Identity", "x > y")), "y", FLOAT, 1),
                            "x",
                            FLOAT,
                            Long.MIN_VALUE)))
            .may(200, 422));
    cases.add(
        onnx(
            "dimensions-that-overflow",
            () ->
                model(
                    Onnx.input(
                        output(bare(node("Identity", "x > y")), "y", FLOAT, -1),
                        "x",
                        FLOAT,
                        1L << 40,
                        1L << 40))));
    cases.add(
        onnx(
            "a-thousand-dimensions",
            () ->
                model(
                    Onnx.input(
                        output(bare(node("Identity", "x > y")), "y", FLOAT, -1),
                        "x",
                        FLOAT,
                        new long[1_000]))));
    cases.add(
        onnx(
                "names-of-a-megabyte",
                () ->
                    model(
                        graph(
                            node("Identity", "x > " + "n".repeat(1 << 20)),
                            node("Identity", "n".repeat(1 << 20) + " > y"))))
            .may(200, 422));
    cases.add(onnx("sparse-beyond", OnnxCases::sparse));
    cases.add(onnx("raw-of-another-size", OnnxCases::raw));
    cases.add(onnx("sequence-output", OnnxCases::sequence));
  }

  private static byte[] sparse() {
    Proto values = Onnx.floats("w", shape(1), 1);
    Proto indices = longs("i", shape(1), 1L << 50);
    Proto sparse = new Proto().message(1, values).message(2, indices).number(3, 4);
    return model(graph(node("Add", "x w > y")).message(15, sparse));
  }

  private static byte[] raw() {
    Proto tensor = Onnx.dimensioned("w", FLOAT, 1_000_000).bytes(9, new byte[7]);
    return model(graph(node("Add", "x w > y")).message(5, tensor));
  }

  private static byte[] sequence() {
    Proto type =
        new Proto()
            .message(4, new Proto().message(1, new Proto().message(1, new Proto().number(1, 1))));
    Proto port = new Proto().text(1, "y").message(2, type);
    return model(
        Onnx.input(bare(node("SequenceConstruct", "x > y")).message(12, port), "x", FLOAT, -1));
  }

  /// What is asked for as the model is opened: constants are folded.
  private static void allocations(List<Case> cases) {
    long huge = 25L << 30;
    cases.add(onnx("constant-of-100-gigabytes", () -> filled(huge)));
    cases.add(onnx("constant-of-exabytes", () -> filled(1L << 60)));
    cases.add(onnx("constant-that-overflows", () -> filled(Long.MAX_VALUE)));
    cases.add(
        onnx(
            "initializer-of-100-gigabytes",
            () ->
                model(
                    graph(node("Add", "x w > y"))
                        .message(5, Onnx.dimensioned("w", FLOAT, huge).bytes(9, new byte[4])))));
    cases.add(onnx("range-without-end", OnnxCases::range));
    cases.add(onnx("tile-of-terabytes", OnnxCases::tile));
  }

  private static byte[] filled(long size) {
    return model(
        graph(
            constant("s", longs("s", shape(1), size)),
            node("ConstantOfShape", "s > c"),
            node("ReduceSum", "c > r", whole("keepdims", 0)),
            node("Add", "x r > y")));
  }

  private static byte[] range() {
    return model(
        graph(
            constant("a", longs("a", shape(), 0)),
            constant("b", longs("b", shape(), 1L << 40)),
            constant("d", longs("d", shape(), 1)),
            node("Range", "a b d > r"),
            node("Cast", "r > f", whole("to", FLOAT)),
            node("ReduceSum", "f > t", whole("keepdims", 0)),
            node("Add", "x t > y")));
  }

  private static byte[] tile() {
    return model(graph(constant("t", longs("t", shape(1), 1L << 40)), node("Tile", "x t > y")));
  }

  private static void damaged(List<Case> cases) {
    byte[] whole = tree(10, 0, "");
    Random random = new Random(20_261_122);
    for (int i = 0; i < 10; i++) {
      long seed = random.nextLong();
      cases.add(
          onnx("cut-" + i, () -> Arrays.copyOf(whole, new Random(seed).nextInt(whole.length))));
      cases.add(onnx("flipped-" + i, () -> flipped(whole, new Random(seed))).may(200, 400, 422));
    }
    cases.add(onnx("noise", () -> noise(random)));
    cases.add(onnx("mark", () -> Corpus.MARK.repeat(100).getBytes(UTF_8)));
  }

  private static byte[] flipped(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    for (int i = 0; i < 4; i++) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static byte[] noise(Random random) {
    byte[] noise = new byte[100_000];
    random.nextBytes(noise);
    return noise;
  }
}
