"""Writes the graphs of src/test/resources/onnx/made-up: each is valid, and each wants something else
of inputs that are made up for it.

Run with the packages onnx and numpy: python src/test/python/make_made_up.py
"""

import pathlib

from onnx import TensorProto, checker, helper

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "onnx" / "made-up"
F, I, S, B = TensorProto.FLOAT, TensorProto.INT64, TensorProto.STRING, TensorProto.BOOL
node = helper.make_node


def info(name, dtype, shape):
    return helper.make_tensor_value_info(name, dtype, shape)


def constant(name, dtype, shape, values):
    return helper.make_tensor(name, dtype, shape, values)


def weights(name, shape, value=0.1):
    count = 1
    for size in shape:
        count *= size
    return constant(name, F, shape, [value] * count)


def graph(name, nodes, inputs, outputs, initializers=(), opset=17, check=True):
    model = helper.make_model(
        helper.make_graph(nodes, "g", inputs, outputs, list(initializers)),
        opset_imports=[helper.make_opsetid("", opset)],
        producer_name="slipway-tests",
    )
    model.ir_version = 8
    if check:
        checker.check_model(model)
    (OUT / f"{name}.onnx").write_bytes(model.SerializeToString())


OUT.mkdir(parents=True, exist_ok=True)
AXIS1 = constant("axis", I, [1], [1])

# A window of samples, and a state whose second dimension is the number of rows.
graph(
    "state-named",
    [
        node("Unsqueeze", ["x", "axis"], ["u"]),
        node("Conv", ["u", "w"], ["c"]),
        node("ReduceMean", ["c"], ["m"], axes=[2], keepdims=0),
        node("Gather", ["state", "zero"], ["s"], axis=0),
        node("Add", ["s", "m"], ["y"]),
    ],
    [info("x", F, ["batch", "samples"]), info("state", F, [2, "batch", 4])],
    [info("y", F, ["batch", 4])],
    [weights("w", [1, 1, 8]), AXIS1, constant("zero", I, [], [0])],
)
# A kernel longer than any image is wide.
graph(
    "audio",
    [
        node("Unsqueeze", ["x", "axis"], ["u"]),
        node("Conv", ["u", "w"], ["c"]),
        node("ReduceMean", ["c"], ["y"], axes=[2], keepdims=0),
    ],
    [info("x", F, ["batch", "samples"])],
    [info("y", F, ["batch", 1])],
    [weights("w", [1, 1, 400]), AXIS1],
)
graph(
    "resize-sizes",
    [node("Resize", ["x", "", "", "sizes"], ["y"], mode="nearest")],
    [info("x", F, [1, 3, 8, 8]), info("sizes", I, [4])],
    [info("y", F, [1, 3, "h", "w"])],
)
# As Triton's simple_string: texts that are numbers.
graph(
    "parsed-strings",
    [
        node("Cast", ["a"], ["na"], to=TensorProto.INT32),
        node("Cast", ["b"], ["nb"], to=TensorProto.INT32),
        node("Add", ["na", "nb"], ["sum"]),
        node("Cast", ["sum"], ["y"], to=S),
    ],
    [info("a", S, ["n", 16]), info("b", S, ["n", 16])],
    [info("y", S, ["n", 16])],
)
graph(
    "divided",
    [node("Div", ["a", "b"], ["y"])],
    [info("a", I, ["n"]), info("b", I, ["n"])],
    [info("y", I, ["n"])],
)
# A network that knows two sampling rates only: of another one it takes a window of no samples.
graph(
    "sampling-rate",
    [
        node("Equal", ["rate", "high"], ["is_high"]),
        node("Equal", ["rate", "low"], ["is_low"]),
        node("Or", ["is_high", "is_low"], ["known"]),
        node("Cast", ["known"], ["one"], to=I),
        node("Div", ["eight", "one"], ["length"]),
        node("Unsqueeze", ["length", "zero"], ["lengths"]),
        node("Slice", ["x", "zero", "lengths", "axis"], ["window"]),
        node("ReduceMean", ["window"], ["y"], axes=[1]),
    ],
    [info("x", F, [None, None]), info("rate", I, [])],
    [info("y", F, [None, 1])],
    [
        constant("high", I, [], [16000]),
        constant("low", I, [], [8000]),
        constant("eight", I, [], [8]),
        constant("zero", I, [1], [0]),
        AXIS1,
    ],
)
# The cache of a decoder, as exporters name its dimensions.
graph(
    "cache",
    [
        node("Concat", ["past", "x"], ["present"], axis=1),
        node("Unsqueeze", ["mask", "two"], ["m"]),
        node("Mul", ["present", "m"], ["y"]),
    ],
    [
        info("x", F, ["batch_size", "sequence_length", 4]),
        info("past", F, ["batch_size", "past_sequence_length", 4]),
        info("mask", F, ["batch_size", "past_sequence_length + sequence_length"]),
    ],
    [info("y", F, ["batch_size", "total", 4])],
    [constant("two", I, [1], [2])],
)
graph(
    "reshaped",
    [node("Reshape", ["x", "shape"], ["y"])],
    [info("x", F, [2, 3, 4]), info("shape", I, [2])],
    [info("y", F, ["a", "b"])],
)
graph(
    "sliced",
    [node("Slice", ["x", "starts", "ends", "axes", "steps"], ["y"])],
    [
        info("x", F, [4, 5]),
        info("starts", I, [2]),
        info("ends", I, [2]),
        info("axes", I, [2]),
        info("steps", I, [2]),
    ],
    [info("y", F, ["a", "b"])],
)
graph(
    "split",
    [node("Split", ["x", "parts"], ["y", "z"], axis=1)],
    [info("x", F, ["n", 5]), info("parts", I, [2])],
    [info("y", F, ["n", "a"]), info("z", F, ["n", "b"])],
)
graph(
    "named-product",
    [node("MatMul", ["x", "y"], ["z"])],
    [info("x", F, ["n", "k"]), info("y", F, ["k", "m"])],
    [info("z", F, ["n", "m"])],
)
graph(
    "unnamed-product",
    [node("Relu", ["x"], ["r"]), node("MatMul", ["r", "w"], ["z"])],
    [info("x", F, [None, None])],
    [info("z", F, [None, 2])],
    [weights("w", [37, 2])],
)
graph(
    "recurrent",
    [node("LSTM", ["x", "w", "r", "", "", "h", "c"], ["y", "hn", "cn"], hidden_size=6)],
    [
        info("x", F, [None, None, None]),
        info("h", F, [None, None, None]),
        info("c", F, [None, None, None]),
    ],
    [
        info("y", F, [None, 1, None, 6]),
        info("hn", F, [1, None, 6]),
        info("cn", F, [1, None, 6]),
    ],
    [weights("w", [1, 24, 5]), weights("r", [1, 24, 6])],
)
graph(
    "scalars",
    [node("Range", ["from", "to", "by"], ["y"])],
    [info("from", I, []), info("to", I, []), info("by", I, [])],
    [info("y", I, ["n"])],
)
# A first dimension that is always 0.
graph(
    "empty-axes",
    [node("ReduceSum", ["x", "axes"], ["y"], keepdims=1)],
    [info("x", F, [3, 2]), info("axes", I, [0])],
    [info("y", F, [1, 1])],
)
graph(
    "constant",
    [node("Constant", [], ["y"], value=constant("c", F, [2], [1.0, 2.0]))],
    [],
    [info("y", F, [2])],
)
# Without shapes, which the checker wants and the runtime does not.
graph(
    "any-rank",
    [node("Neg", ["x"], ["y"])],
    [info("x", F, None)],
    [info("y", F, None)],
    check=False,
)
# Right only where the flag is set: else it divides by zero.
graph(
    "flag",
    [node("Cast", ["flag"], ["one"], to=I), node("Div", ["x", "one"], ["y"])],
    [info("x", I, [2]), info("flag", B, [1])],
    [info("y", I, [2])],
)
# Nobody guesses 4711: anything else divides by zero.
graph(
    "unguessable",
    [
        node("Mul", ["x", "x"], ["square"]),
        node("Equal", ["square", "secret"], ["is"]),
        node("Cast", ["is"], ["one"], to=I),
        node("Div", ["x", "one"], ["y"]),
    ],
    [info("x", I, ["n"])],
    [info("y", I, ["n"])],
    [constant("secret", I, [1], [4711 * 4711])],
)
# The names that exporters write where they know none.
graph(
    "question-dims",
    [node("GlobalAveragePool", ["x"], ["y"])],
    [info("x", F, ["n", 3, "?", "?"])],
    [info("y", F, ["n", 3, 1, 1])],
)
# Two dimensions of one name that need not be equal: b may be one value a row. Their rows are of one
# number, though one row would do for all.
graph(
    "named-broadcast",
    [node("Add", ["a", "b"], ["y"])],
    [info("a", F, ["rows", "n"]), info("b", F, ["rows", "n"])],
    [info("y", F, ["rows", "n"])],
)
# Empty but for its second dimension.
graph(
    "zero-rows",
    [node("Trilu", ["x"], ["y"], upper=1)],
    [info("x", I, [0, 5])],
    [info("y", I, [0, 5])],
)
# Empty within: nested arrays do not tell the last dimension.
graph(
    "zero-within",
    [node("ReduceSum", ["x", "axis"], ["y"], keepdims=1)],
    [info("x", F, [2, 0, 4])],
    [info("y", F, [2, 1, 4])],
    [AXIS1],
)
# What ONNX Runtime 1.29 breaks as it optimises (its issues 32414 and 32416): the product with a
# quotient of constants still reads what was taken out before it.
ONE = [constant("a", F, [], [1.0]), constant("b", F, [], [1.0])]
for name, first in (
    ("optimizer-dropout", node("Dropout", ["x"], ["mid"])),
    ("optimizer-cast", node("Cast", ["x"], ["mid"], to=F)),
    ("optimizer-identity", node("Identity", ["x"], ["mid"])),
):
    graph(
        name,
        [first, node("Div", ["a", "b"], ["one"]), node("Mul", ["mid", "one"], ["y"])],
        [info("x", F, ["n", 2])],
        [info("y", F, ["n", 2])],
        ONE,
    )
