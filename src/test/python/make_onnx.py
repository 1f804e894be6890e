"""Writes the model files of src/test/resources/onnx: small graphs, most of them nasty.

Run with the packages onnx and numpy: python src/test/python/make_onnx.py
"""

import pathlib

import numpy as np
import onnx
from onnx import TensorProto, TypeProto, helper, numpy_helper

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "onnx"
FLOAT, INT64, STRING, BOOL = (
    TensorProto.FLOAT,
    TensorProto.INT64,
    TensorProto.STRING,
    TensorProto.BOOL,
)


def info(name, dtype, *shape):
    return helper.make_tensor_value_info(name, dtype, list(shape))


def model(name, nodes, inputs, outputs, initializers=(), opsets=(("", 17),), functions=()):
    graph = helper.make_graph(list(nodes), name, list(inputs), list(outputs), list(initializers))
    made = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid(d, v) for d, v in opsets],
        functions=list(functions),
        producer_name="slipway-tests",
    )
    made.ir_version = 8
    (OUT / f"{name}.onnx").write_bytes(made.SerializeToString())
    return made


def chain(levels, tail="leaf"):
    """A tree of that many levels: every true child is a leaf, every false child the next node."""
    ids, yes, no, modes = [], [], [], []
    for level in range(levels):
        node = 2 * level
        ids += [node, node + 1]
        yes += [node + 1, 0]
        no += [node + 2, 0]
        modes += ["BRANCH_LEQ", "LEAF"]
    if tail == "leaf":
        ids.append(2 * levels)
        yes.append(0)
        no.append(0)
        modes.append("LEAF")
    elif tail == "cycle":
        no[-2] = 0
    elif tail == "dangling":
        no[-2] = 10 * levels
    return ids, yes, no, modes


def tree(name, levels, tail="leaf"):
    ids, yes, no, modes = chain(levels, tail)
    leaves = [i for i, m in zip(ids, modes) if m == "LEAF"]
    n = len(ids)
    node = helper.make_node(
        "TreeEnsembleRegressor",
        ["x"],
        ["y"],
        domain="ai.onnx.ml",
        n_targets=1,
        nodes_treeids=[0] * n,
        nodes_nodeids=ids,
        nodes_featureids=[0] * n,
        nodes_modes=modes,
        nodes_values=[float(-i) for i in range(n)],
        nodes_truenodeids=yes,
        nodes_falsenodeids=no,
        target_treeids=[0] * len(leaves),
        target_nodeids=leaves,
        target_ids=[0] * len(leaves),
        target_weights=[float(i) for i in leaves],
    )
    model(name, [node], [info("x", FLOAT, None, 1)], [info("y", FLOAT, None, 1)],
          opsets=(("", 17), ("ai.onnx.ml", 3)))


def tree5(name, levels):
    """The same in the notation of ai.onnx.ml 5, as a subgraph's node, where one may overlook it."""
    node = helper.make_node(
        "TreeEnsemble",
        ["x"],
        ["t"],
        domain="ai.onnx.ml",
        n_targets=1,
        tree_roots=[0],
        nodes_featureids=[0] * levels,
        nodes_splits=helper.make_tensor("s", FLOAT, [levels], [float(-i) for i in range(levels)]),
        nodes_modes=helper.make_tensor("m", TensorProto.UINT8, [levels], [0] * levels),
        nodes_truenodeids=[0] * levels,
        nodes_trueleafs=[1] * levels,
        nodes_falsenodeids=[i + 1 for i in range(levels - 1)] + [1],
        nodes_falseleafs=[0] * (levels - 1) + [1],
        leaf_targetids=[0, 0],
        leaf_weights=helper.make_tensor("w", FLOAT, [2], [1.0, 2.0]),
    )
    then = helper.make_graph([node], "then", [], [info("t", FLOAT, None, 1)])
    other = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["e"])], "else", [], [info("e", FLOAT, None, 1)]
    )
    model(name, [helper.make_node("If", ["c"], ["y"], then_branch=then, else_branch=other)],
          [info("x", FLOAT, None, 1), info("c", BOOL)], [info("y", FLOAT, None, 1)],
          opsets=(("", 17), ("ai.onnx.ml", 5)))


def shared(name, levels, newer):
    """Both branches of each node lead to the next one: 2^levels paths."""
    steps = list(range(1, levels))
    if newer:
        node = helper.make_node(
            "TreeEnsemble", ["x"], ["y"], domain="ai.onnx.ml", n_targets=1, tree_roots=[0],
            nodes_featureids=[0] * levels,
            nodes_splits=helper.make_tensor("s", FLOAT, [levels], [float(i) for i in range(levels)]),
            nodes_modes=helper.make_tensor("m", TensorProto.UINT8, [levels], [0] * levels),
            nodes_truenodeids=steps + [0], nodes_trueleafs=[0] * (levels - 1) + [1],
            nodes_falsenodeids=steps + [1], nodes_falseleafs=[0] * (levels - 1) + [1],
            leaf_targetids=[0, 0],
            leaf_weights=helper.make_tensor("w", FLOAT, [2], [10.0, 20.0]))
    else:
        all_nodes = levels + 2
        node = helper.make_node(
            "TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml", n_targets=1,
            nodes_treeids=[0] * all_nodes, nodes_nodeids=list(range(all_nodes)),
            nodes_featureids=[0] * all_nodes, nodes_modes=["BRANCH_EQ"] * levels + ["LEAF"] * 2,
            nodes_values=[float(i) for i in range(all_nodes)],
            nodes_truenodeids=steps + [levels, 0, 0], nodes_falsenodeids=steps + [levels + 1, 0, 0],
            target_treeids=[0, 0], target_nodeids=[levels, levels + 1], target_ids=[0, 0],
            target_weights=[10.0, 20.0])
    model(name, [node], [info("x", FLOAT, None, 1)], [info("y", FLOAT, None, 1)],
          opsets=(("", 17), ("ai.onnx.ml", 5 if newer else 3)))


def sparse(name, elements):
    """One value, and room for very many."""
    made = model(name, [helper.make_node("Gather", ["w", "x"], ["y"])],
                 [info("x", INT64, None)], [info("y", FLOAT, None)])
    weights = made.graph.sparse_initializer.add(dims=[elements])
    weights.values.CopyFrom(helper.make_tensor("w", FLOAT, [1], [1.0]))
    weights.indices.CopyFrom(helper.make_tensor("i", INT64, [1], [3]))
    (OUT / f"{name}.onnx").write_bytes(made.SerializeToString())


def external(name, location, offset=None, length=None):
    weights = TensorProto(name="w", data_type=FLOAT, dims=[2])
    weights.data_location = TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", offset), ("length", length)):
        if value is not None:
            weights.external_data.add(key=key, value=str(value))
    model(name, [helper.make_node("Add", ["x", "w"], ["y"])],
          [info("x", FLOAT, None, 2)], [info("y", FLOAT, None, 2)], [weights])


def folders(name, *locations):
    """A tensor in each of these files."""
    weights = []
    for i, location in enumerate(locations):
        tensor = TensorProto(name=f"w{i}", data_type=FLOAT, dims=[2])
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", location), ("offset", "8"), ("length", "8")):
            tensor.external_data.add(key=key, value=value)
        weights.append(tensor)
    model(name, [helper.make_node("Sum", ["x"] + [w.name for w in weights], ["y"])],
          [info("x", FLOAT, None, 2)], [info("y", FLOAT, None, 2)], weights)


def nested(name, levels):
    """If inside If inside If."""
    def branch(level):
        out = info(f"o{level}", FLOAT, None, 1)
        if level == levels:
            nodes = [helper.make_node("Identity", ["x"], [out.name])]
        else:
            nodes = [helper.make_node("If", ["c"], [out.name],
                                      then_branch=branch(level + 1), else_branch=leaf(level))]
        return helper.make_graph(nodes, f"g{level}", [], [out])

    def leaf(level):
        return helper.make_graph([helper.make_node("Identity", ["x"], [f"l{level}"])],
                                 f"l{level}", [], [info(f"l{level}", FLOAT, None, 1)])

    top = helper.make_node("If", ["c"], ["y"], then_branch=branch(1), else_branch=leaf(0))
    model(name, [top], [info("x", FLOAT, None, 1), info("c", BOOL)], [info("y", FLOAT, None, 1)])


def endless(name, trips=2**62):
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["go_on"]),
         helper.make_node("Mul", ["v", "v"], ["w"])],
        "body", [info("i", INT64), info("go", BOOL), info("v", FLOAT, None, 1)],
        [info("go_on", BOOL), info("w", FLOAT, None, 1)])
    model(name, [helper.make_node("Loop", ["trips", "", "x"], ["y"], body=body)],
          [info("x", FLOAT, None, 1)], [info("y", FLOAT, None, 1)],
          [numpy_helper.from_array(np.array(trips, np.int64), "trips")])


def typed(name, inputs, outputs, ir=10):
    """A graph of which the types of inputs or outputs matter, and nothing else."""
    made = model(name, [helper.make_node("Identity", ["x"], ["y"])], inputs, outputs)
    made.ir_version = ir
    (OUT / f"{name}.onnx").write_bytes(made.SerializeToString())


def classifier(name, zipped):
    """As skl2onnx writes it, with the map of each row's probabilities or without."""
    nodes = [
        helper.make_node("LinearClassifier", ["x"], ["label", "raw"], domain="ai.onnx.ml",
                         coefficients=[0.5, -1.0, -0.25, 0.5, 1.0, 0.75], intercepts=[0.1, 0.0, -0.1],
                         classlabels_strings=["stay", "go", "ask"], post_transform="LOGISTIC"),
        helper.make_node("Normalizer", ["raw"], ["probabilities"], domain="ai.onnx.ml", norm="L1")]
    outputs = [info("label", STRING, None), info("probabilities", FLOAT, None, 3)]
    if zipped:
        nodes.append(helper.make_node("ZipMap", ["probabilities"], ["output_probability"],
                                      domain="ai.onnx.ml", classlabels_strings=["stay", "go", "ask"]))
        outputs[1] = helper.make_value_info(
            "output_probability", helper.make_sequence_type_proto(
                helper.make_map_type_proto(STRING, helper.make_tensor_type_proto(FLOAT, []))))
    model(name, nodes, [info("x", FLOAT, None, 2)], outputs, opsets=(("", 17), ("ai.onnx.ml", 1)))


def loop(name):
    """Goes round as often as it is asked to."""
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["go_on"]),
         helper.make_node("Identity", ["v"], ["w"])],
        "body", [info("i", INT64), info("go", BOOL), info("v", FLOAT, 1)],
        [info("go_on", BOOL), info("w", FLOAT, 1)])
    model(name, [helper.make_node("Loop", ["trips", "", "x"], ["y"], body=body)],
          [info("trips", INT64, 1), info("x", FLOAT, 1)], [info("y", FLOAT, 1)])


def endless_kernel(name, signal, *before):
    """An operator that never ends over a dimension of 1, which no order to stop reaches."""
    model(name,
          [*before, helper.make_node("DFT", [signal], ["y"], axis=1, inverse=1, onesided=1)],
          ENDLESS_INPUTS[name], [info("y", FLOAT, None, None, 1)],
          [numpy_helper.from_array(np.array([n], np.int64), f"n{n}") for n in (0, 1, 2, 666)]
          if before else [], opsets=(("", 19),))


ENDLESS_INPUTS = {
    # With two points it ends.
    "endless-by-shape": [info("x", FLOAT, "rows", "points", 2)],
    # It ends but for the code 666.
    "endless-by-value": [info("code", INT64, 1), info("x", FLOAT, 1, 2, 2)],
    "endless-kernel": [info("x", FLOAT, 1, 1, 2)],
}


def hog(name):
    """A small input becomes an array of 4 GiB."""
    shape = numpy_helper.from_array(np.array([2**15, 2**15], np.int64), "shape")
    model(name,
          [helper.make_node("Expand", ["x", "shape"], ["big"]),
           helper.make_node("ReduceSum", ["big"], ["y"], keepdims=0)],
          [info("x", FLOAT, 1, 1)], [info("y", FLOAT)], [shape])


def functions(name, fan, levels, recursive=False):
    """f0 calls f1 `fan` times, f1 calls f2, …: fan^levels nodes once inlined."""
    made = []
    for level in range(levels):
        last = level == levels - 1
        nodes, value = [], "a"
        for i in range(fan):
            out = "b" if i == fan - 1 else f"t{i}"
            if last and not recursive:
                nodes.append(helper.make_node("Neg", [value], [out]))
            else:
                callee = "f0" if last else f"f{level + 1}"
                nodes.append(helper.make_node(callee, [value], [out], domain="mine"))
            value = out
        made.append(helper.make_function("mine", f"f{level}", ["a"], ["b"], nodes,
                                         [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]))
    model(name, [helper.make_node("f0", ["x"], ["y"], domain="mine")],
          [info("x", FLOAT, None, 1)], [info("y", FLOAT, None, 1)],
          opsets=(("", 17), ("mine", 1)), functions=made)


def overloads(name, fan, levels):
    """As `functions`, each beside a harmless one of the same name."""
    functions(name, fan, levels)
    made = onnx.load(OUT / f"{name}.onnx")
    for harmful in list(made.functions):
        harmless = made.functions.add()
        harmless.CopyFrom(harmful)
        harmless.overload = "harmless"
        del harmless.node[1:]
        harmless.node[0].output[0] = "b"
    (OUT / f"{name}.onnx").write_bytes(made.SerializeToString())


def rounds(name):
    """As many rounds of a loop as the input says."""
    body = helper.make_graph(
        [helper.make_node("Identity", ["more"], ["again"]),
         helper.make_node("Add", ["so_far", "one"], ["counted"])],
        "body",
        [info("round", INT64), info("more", BOOL), info("so_far", FLOAT, 1)],
        [info("again", BOOL), info("counted", FLOAT, 1)],
        [numpy_helper.from_array(np.array([1.0], np.float32), "one")])
    model(name,
          [helper.make_node("Squeeze", ["x"], ["rounds"]),
           helper.make_node("Loop", ["rounds", "", "zero"], ["y"], body=body)],
          [info("x", INT64, 1)], [info("y", FLOAT, 1)],
          [numpy_helper.from_array(np.array([0.0], np.float32), "zero")])


def main():
    OUT.mkdir(parents=True, exist_ok=True)

    # Well-behaved
    for dtype, short in ((FLOAT, "float32"), (TensorProto.DOUBLE, "float64"), (INT64, "int64"),
                         (TensorProto.INT32, "int32"), (BOOL, "bool"), (TensorProto.UINT8, "uint8"),
                         (TensorProto.INT8, "int8"), (STRING, "string"),
                         (TensorProto.INT16, "int16"), (TensorProto.UINT16, "uint16"),
                         (TensorProto.UINT32, "uint32"), (TensorProto.UINT64, "uint64"),
                         (TensorProto.FLOAT16, "float16"), (TensorProto.BFLOAT16, "bfloat16")):
        model(f"identity-{short}", [helper.make_node("Identity", ["x"], ["y"])],
              [info("x", dtype, None, 2)], [info("y", dtype, None, 2)])
    casts = [("float16", TensorProto.FLOAT16), ("bfloat16", TensorProto.BFLOAT16),
             ("int16", TensorProto.INT16), ("uint16", TensorProto.UINT16),
             ("uint32", TensorProto.UINT32), ("uint64", TensorProto.UINT64)]
    model("narrow-outputs",
          [helper.make_node("Cast", ["x"], [n], to=t) for n, t in casts],
          [info("x", TensorProto.DOUBLE, None)], [info(n, t, None) for n, t in casts])
    model("widths",
          [helper.make_node("Concat", ["x", "x", "x"], ["wide"], axis=1),
           helper.make_node("Identity", ["x"], ["one"]),
           helper.make_node("Squeeze", ["x", "axis"], ["flat"]),
           helper.make_node("Cast", ["x"], ["text"], to=STRING)],
          [info("x", FLOAT, None, 1)],
          [info("wide", FLOAT, None, 3), info("one", FLOAT, None, 1), info("flat", FLOAT, None),
           info("text", STRING, None, 1)],
          [numpy_helper.from_array(np.array([1], np.int64), "axis")])
    model("sum", [helper.make_node("ReduceSum", ["x"], ["y"], keepdims=1, axes=[1])],
          [info("x", FLOAT, None, 3)], [info("y", FLOAT, None, 1)], opsets=(("", 11),))
    keys = ["stay", "caf\u00e9", "\U0001f600"]
    model("label-encoder",
          [helper.make_node("LabelEncoder", ["x"], ["y"], domain="ai.onnx.ml",
                            keys_strings=keys, values_int64s=[1, 2, 3], default_int64=-1)],
          [info("x", STRING, None, 1)], [info("y", INT64, None, 1)],
          opsets=(("", 17), ("ai.onnx.ml", 2)))
    default = numpy_helper.from_array(np.array([[1.0]], np.float32), "w")
    model("overridable", [helper.make_node("Add", ["x", "w"], ["y"])],
          [info("x", FLOAT, None, 1), info("w", FLOAT, 1, 1)], [info("y", FLOAT, None, 1)], [default])
    functions("functions", 3, 3)
    # The declared output shape is a lie, as LightGBM's converter tells it.
    model("wrong-output-shape", [helper.make_node("Identity", ["x"], ["y"])],
          [info("x", FLOAT, None, 2)], [info("y", FLOAT, 1, 2)])
    # Rows of a batch influence each other.
    model("batch-dependent",
          [helper.make_node("ReduceMean", ["x"], ["m"], axes=[0], keepdims=1),
           helper.make_node("Sub", ["x", "m"], ["y"])],
          [info("x", FLOAT, None, 2)], [info("y", FLOAT, None, 2)])
    # What ONNX Runtime's quantize_dynamic makes of two layers: a run has one scale for all rows.
    random = np.random.default_rng(0)
    nodes, constants, tensor = [], [], "x"
    for layer, (inputs, outputs) in enumerate(((3, 32), (32, 2))):
        weights = random.integers(-127, 128, (inputs, outputs)).astype(np.int8)
        constants += [numpy_helper.from_array(weights, f"w{layer}"),
                      numpy_helper.from_array(np.float32(0.02), f"s{layer}")]
        nodes += [
            helper.make_node("DynamicQuantizeLinear", [tensor],
                             [f"q{layer}", f"qs{layer}", f"qz{layer}"]),
            helper.make_node("MatMulInteger", [f"q{layer}", f"w{layer}", f"qz{layer}"],
                             [f"i{layer}"]),
            helper.make_node("Cast", [f"i{layer}"], [f"f{layer}"], to=FLOAT),
            helper.make_node("Mul", [f"qs{layer}", f"s{layer}"], [f"m{layer}"]),
            helper.make_node("Mul", [f"f{layer}", f"m{layer}"], [f"y{layer}"]),
            helper.make_node("Relu" if layer == 0 else "Identity", [f"y{layer}"], [f"h{layer}"]),
        ]
        tensor = f"h{layer}"
    nodes.append(helper.make_node("Softmax", [tensor], ["p"], axis=1))
    model("dynamic-int8", nodes, [info("x", FLOAT, "n", 3)], [info("p", FLOAT, "n", 2)], constants)
    # Takes single rows only, whatever it declares.
    one = numpy_helper.from_array(np.array([1, 2], np.int64), "one")
    model("single-row", [helper.make_node("Reshape", ["x", "one"], ["y"])],
          [info("x", FLOAT, None, 2)], [info("y", FLOAT, None, 2)], [one])

    # Trees
    tree("tree-20", 20)
    tree("tree-deep", 2000)
    tree("tree-cycle", 10, "cycle")
    tree("tree-dangling", 10, "dangling")
    tree5("tree5-20", 20)
    tree5("tree5-deep", 2000)
    shared("tree-shared", 60, newer=False)  # the runtime shares them too
    shared("tree5-shared", 22, newer=True)
    shared("tree5-shared-60", 60, newer=True)
    sparse("sparse-small", 1000)
    sparse("sparse-huge", 1 << 28)
    overloads("functions-overloaded", 10, 12)

    # Escapes
    external("external-inside", "weights.data", 8, 8)
    folders("external-folders", "parts/weights.data", "./parts/deeper/weights.data")
    external("external-parent", "../../../../../../etc/passwd")
    external("external-absolute", "/etc/passwd")
    external("external-backslash", "..\\..\\secret")
    external("external-missing", "nothing.data")
    external("external-beyond", "weights.data", 12, 8)
    external("external-negative", "weights.data", -8, 8)
    external("external-self", "external-self.onnx", 0, 8)
    custom = helper.make_node("Evil", ["x"], ["y"], domain="com.example")
    model("custom-domain", [custom], [info("x", FLOAT, None, 1)], [info("y", FLOAT, None, 1)],
          opsets=(("", 17), ("com.example", 1)))
    hidden = helper.make_graph([helper.make_node("Evil", ["x"], ["e"], domain="com.example")],
                               "hidden", [], [info("e", FLOAT, None, 1)])
    plain = helper.make_graph([helper.make_node("Identity", ["x"], ["f"])], "plain", [],
                              [info("f", FLOAT, None, 1)])
    model("custom-domain-hidden",
          [helper.make_node("If", ["c"], ["y"], then_branch=hidden, else_branch=plain)],
          [info("x", FLOAT, None, 1), info("c", BOOL)], [info("y", FLOAT, None, 1)],
          opsets=(("", 17), ("com.example", 1)))

    # For protocols
    model("pair",
          [helper.make_node("Add", ["a", "b"], ["sum"]),
           helper.make_node("Sub", ["a", "b"], ["difference"])],
          [info("a", TensorProto.INT32, "rows", 4), info("b", TensorProto.INT32, "rows", 4)],
          [info("sum", TensorProto.INT32, "rows", 4), info("difference", TensorProto.INT32, "rows", 4)])
    rounds("rounds")
    model("lookup", [helper.make_node("Gather", ["table", "x"], ["y"])],
          [info("x", INT64, "rows")], [info("y", FLOAT, "rows")],
          [numpy_helper.from_array(np.array([0.5, 1.5], np.float32), "table")])

    # Endless, huge
    endless("endless-loop")
    endless_kernel("endless-kernel", "x")
    endless_kernel("endless-by-shape", "x")
    endless_kernel("endless-by-value", "part",
                   helper.make_node("Equal", ["code", "n666"], ["bad"]),
                   helper.make_node("Where", ["bad", "n1", "n2"], ["length"]),
                   helper.make_node("Slice", ["x", "n0", "length", "n1"], ["part"]))
    hog("memory-hog")
    size = numpy_helper.from_array(np.array([1 << 28], np.int64), "size")
    one_value = numpy_helper.from_array(np.array([1.0], np.float32), "value")
    model("constant-huge",
          [helper.make_node("Expand", ["value", "size"], ["big"]),
           helper.make_node("Gather", ["big", "x"], ["y"])],
          [info("x", INT64, None)], [info("y", FLOAT, None)], [size, one_value])
    loop("loop")
    nested("nested-8", 8)
    nested("nested-20", 20)
    model("outputs-300", [helper.make_node("Identity", ["x"], [f"y{i}"]) for i in range(300)],
          [info("x", FLOAT, None, 1)], [info(f"y{i}", FLOAT, None, 1) for i in range(300)])
    functions("functions-explode", 10, 12)
    functions("functions-recursive", 1, 2, recursive=True)

    # Not served
    maps = helper.make_node("ZipMap", ["x"], ["y"], domain="ai.onnx.ml", classlabels_int64s=[0, 1])
    zipmap = helper.make_value_info(
        "y", helper.make_sequence_type_proto(
            helper.make_map_type_proto(INT64, helper.make_tensor_type_proto(FLOAT, []))))
    model("zipmap", [maps], [info("x", FLOAT, None, 2)], [zipmap],
          opsets=(("", 17), ("ai.onnx.ml", 1)))
    classifier("classifier-zipped", True)
    classifier("classifier-plain", False)
    sequence = helper.make_sequence_type_proto(helper.make_tensor_type_proto(FLOAT, [1]))
    optional = helper.make_optional_type_proto(helper.make_tensor_type_proto(FLOAT, [1]))
    sparse_type = TypeProto()
    sparse_type.sparse_tensor_type.elem_type = FLOAT
    for kind, made in (("sequence", sequence), ("optional", optional), ("sparse", sparse_type)):
        value = [helper.make_value_info(n, made) for n in "xy"]
        typed(f"type-{kind}", value[:1], value[1:])
    for kind, code in (("float8", TensorProto.FLOAT8E4M3FN), ("int4", TensorProto.INT4)):
        typed(f"type-{kind}", [info("x", code, None)], [info("y", code, None)])
    typed("newer-ir", [info("x", FLOAT, None)], [info("y", FLOAT, None)], ir=14)
    typed("newest-ir", [info("x", FLOAT, None)], [info("y", FLOAT, None)], ir=13)
    plain_node = [helper.make_node("Identity", ["x"], ["y"])]
    for name, opsets in (("newer-opset", (("", 27),)), ("newest-opset", (("", 26),)),
                         ("newer-ml", (("", 17), ("ai.onnx.ml", 6))),
                         ("newest-ml", (("", 17), ("ai.onnx.ml", 5)))):
        model(name, plain_node, [info("x", FLOAT, None)], [info("y", FLOAT, None)], opsets=opsets)
    model("locale",
          [helper.make_node("StringNormalizer", ["x"], ["y"], case_change_action="LOWER",
                            locale="en_US.UTF-8")],
          [info("x", STRING, None)], [info("y", STRING, None)])
    model("unknown-operator", [helper.make_node("NoSuchThing", ["x"], ["y"])],
          [info("x", FLOAT, None, 1)], [info("y", FLOAT, None, 1)])

    # No model at all
    random = np.random.default_rng(7)
    (OUT / "garbage.onnx").write_bytes(random.bytes(2000))
    whole = (OUT / "tree-20.onnx").read_bytes()
    (OUT / "truncated.onnx").write_bytes(whole[: len(whole) * 2 // 3])
    (OUT / "empty.onnx").write_bytes(b"")
    (OUT / "text.onnx").write_bytes(b"This is a model, trust me.\n")
    (OUT / "weights.data").write_bytes(np.arange(4, dtype=np.float32).tobytes())


if __name__ == "__main__":
    main()
