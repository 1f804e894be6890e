package io.slipway.hostile;

import static io.slipway.hostile.Onnx.BOOL;
import static io.slipway.hostile.Onnx.FLOAT;
import static io.slipway.hostile.Onnx.INT64;
import static io.slipway.hostile.Onnx.bare;
import static io.slipway.hostile.Onnx.constant;
import static io.slipway.hostile.Onnx.floats;
import static io.slipway.hostile.Onnx.graph;
import static io.slipway.hostile.Onnx.longs;
import static io.slipway.hostile.Onnx.model;
import static io.slipway.hostile.Onnx.node;
import static io.slipway.hostile.Onnx.output;
import static io.slipway.hostile.Onnx.shape;
import static io.slipway.hostile.Onnx.subgraph;
import static io.slipway.hostile.Onnx.whole;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Models that can be opened, and misbehave when they are run: refused at their check, or at the
/// run that shows it. What they answer for themselves is 422 (at registration), 500 `model-error`
/// or 504, and never a prediction.
final class RunCases {
  private static final String ONE = "{\"x\": [1.0]}";
  private static final Integer[] FAILS = {422, 500, 504};

  private RunCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    notANumber(cases);
    shapes(cases);
    endless(cases);
    memory(cases);
    return cases;
  }

  private static Case run(String name, String input, Supplier<byte[]> onnx) {
    return new Case(
            "run/" + name,
            new Case.Attack.Model("application/onnx", onnx, input),
            Case.REFUSED,
            null,
            true)
        .may(FAILS);
  }

  private static void notANumber(List<Case> cases) {
    cases.add(
        run("log-of-a-negative", "{\"x\": [-1.0]}", () -> model(graph(node("Log", "x > y")))));
    cases.add(
        run("root-of-a-negative", "{\"x\": [-1.0]}", () -> model(graph(node("Sqrt", "x > y")))));
    cases.add(
        run("divided-by-zero", "{\"x\": [0.0]}", () -> model(graph(node("Reciprocal", "x > y")))));
    cases.add(run("too-large-a-power", "{\"x\": [1e9]}", () -> model(graph(node("Exp", "x > y")))));
    cases.add(run("always-no-number", ONE, RunCases::never));
    cases.add(
        run(
            "division-of-whole-numbers-by-zero",
            "{\"x\": [0]}",
            () ->
                model(
                    Onnx.input(
                        output(
                            bare(constant("c", longs("c", shape(1), 7)), node("Div", "c x > y")),
                            "y",
                            INT64,
                            -1),
                        "x",
                        INT64,
                        -1))));
  }

  private static byte[] never() {
    return model(graph(constant("n", floats("n", shape(1), Float.NaN)), node("Add", "x n > y")));
  }

  private static void shapes(List<Case> cases) {
    cases.add(
        run(
                "more-rows-than-asked-for",
                "{\"x\": [1.0]}",
                () ->
                    model(
                        Onnx.input(
                            output(
                                bare(node("Concat", "x x > y", whole("axis", 0))), "y", FLOAT, 1),
                            "x",
                            FLOAT,
                            -1)))
            // A tensor is given in the shape that it has, whatever the graph has declared.
            .may(200, 422, 500, 504));
    cases.add(
        run(
            "reshape-to-nowhere",
            ONE,
            () ->
                model(graph(constant("s", longs("s", shape(1), 17)), node("Reshape", "x s > y")))));
    cases.add(
        run(
            "gather-beyond",
            "{\"x\": [9.0]}",
            () ->
                model(
                    graph(
                        constant("t", floats("t", shape(2), 1, 2)),
                        node("Cast", "x > i", whole("to", INT64)),
                        node("Gather", "t i > y")))));
    cases.add(
        run(
            "matrices-that-do-not-fit",
            ONE,
            () ->
                model(
                    graph(
                        constant("m", floats("m", shape(3, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9)),
                        node("MatMul", "x m > y")))));
  }

  private static void endless(List<Case> cases) {
    cases.add(run("loop-without-end", ONE, () -> loop(Long.MAX_VALUE)));
    cases.add(run("loop-in-loop", ONE, () -> loop(1L << 40)));
    cases.add(
        run(
            "as-long-as-the-input-says",
            "{\"x\": 1099511627776}",
            () ->
                model(output(Onnx.input(bare(zero(), counting("x")), "x", INT64), "y", FLOAT, 1))));
  }

  private static byte[] loop(long trips) {
    return model(graph(constant("m", longs("m", shape(), trips)), zero(), counting("m")));
  }

  private static Proto zero() {
    return constant("zero", floats("zero", shape(1), 0));
  }

  private static Proto counting(String trips) {
    Proto body =
        bare(
            constant("v", floats("v", shape(1), 0)),
            node("Identity", "k > l"),
            node("Add", "s v > t"));
    Onnx.input(body, "i", INT64);
    Onnx.input(body, "k", BOOL);
    Onnx.input(body, "s", FLOAT, 1);
    output(body, "l", BOOL);
    output(body, "t", FLOAT, 1);
    return node("Loop", trips + " _ zero > y", subgraph("body", body));
  }

  private static void memory(List<Case> cases) {
    cases.add(run("as-much-as-the-input-says", "{\"x\": [1e12]}", GreedyModels::sum));
    cases.add(run("a-square-of-the-input", "{\"x\": [200000.0]}", RunCases::square));
    cases.add(
        run(
            "one-of-each-of-a-terabyte",
            "{\"x\": [1e12]}",
            () ->
                model(
                    graph(
                        node("Cast", "x > i", whole("to", INT64)),
                        constant("d", longs("d", shape(), 1L << 36)),
                        constant("v", floats("v", shape(2), 0, 1)),
                        node("OneHot", "i d v > o"),
                        node("ReduceMax", "o > y", whole("keepdims", 0))))));
  }

  private static byte[] square() {
    return model(
        graph(
            node("Concat", "x x > p", whole("axis", 0)),
            node("Cast", "p > s", whole("to", INT64)),
            node("ConstantOfShape", "s > c"),
            node("ReduceSum", "c > r", whole("keepdims", 0)),
            node("Add", "x r > y")));
  }
}
