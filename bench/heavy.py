"""Makes the bundle `heavy` from w4: a network of some 8 million weights, so that one prediction takes
milliseconds and five times of what can be served is a rate that any load generator reaches.

    heavy.py FOLDER_OF_W4 FOLDER_TO_MAKE
"""

import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

source, target = map(pathlib.Path, sys.argv[1:])
target.mkdir(parents=True, exist_ok=True)
random = numpy.random.default_rng(1)
widths = [4, 2048, 2048, 2048, 3]
nodes, weights, last = [], [], "X"
for i, (rows, columns) in enumerate(zip(widths, widths[1:])):
    weight = random.normal(0, (2 / rows) ** 0.5, (rows, columns)).astype(numpy.float32)
    weights.append(numpy_helper.from_array(weight, f"w{i}"))
    nodes.append(helper.make_node("MatMul", [last, f"w{i}"], [f"m{i}"]))
    end = i == len(widths) - 2
    last = "probabilities" if end else f"r{i}"
    nodes.append(helper.make_node("Softmax" if end else "Relu", [f"m{i}"], [last]))
graph = helper.make_graph(
    nodes, "heavy",
    [helper.make_tensor_value_info("X", TensorProto.FLOAT, ["rows", 4])],
    [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["rows", 3])], weights)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
onnx.save(model, target / "model.onnx")

manifest = json.loads((source / "bundle.json").read_text())
manifest["model"]["name"] = "heavy"
(target / "bundle.json").write_text(json.dumps(manifest))
session = onnxruntime.InferenceSession(target / "model.onnx")
fields = [f["name"] for f in manifest["input"]["fields"]]
with open(target / "examples.jsonl", "w") as examples:
    for line in (source / "examples.jsonl").read_text().splitlines()[:8]:
        record = json.loads(line)["object"]
        row = numpy.array([[record[f] for f in fields]], dtype=numpy.float32)
        p = session.run(["probabilities"], {"X": row})[0][0].tolist()
        labels = manifest["output"]["labels"]
        output = {"label": labels[p.index(max(p))], "probabilities": dict(zip(labels, p))}
        examples.write(json.dumps({"object": record, "output": output}) + "\n")
