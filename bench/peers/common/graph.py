"""The graph of a work as a team would run it from Python: ONNX Runtime with one thread."""

import json
import os

import numpy
import onnxruntime


class Graph:
    """`decide` makes the answer for one record."""

    def __init__(self, folder):
        manifest = json.load(open(os.path.join(folder, "bundle.json")))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.session = onnxruntime.InferenceSession(
            os.path.join(folder, "model.onnx"), options, ["CPUExecutionProvider"])
        self.numbers = next(
            (s["in"] for s in manifest["preprocessing"] if s["op"] == "concat"), [])
        self.labels = manifest["output"]["labels"]
        self.inputs = [(t["name"], t["from"], t["dtype"]) for t in manifest["tensors"]]

    def decide(self, record):
        feeds = {
            name: numpy.array([[record[source]]], dtype=object) if dtype == "string"
            else numpy.array([[record[f] for f in self.numbers]], dtype=numpy.float32)
            for name, source, dtype in self.inputs
        }
        p = self.session.run(["probabilities"], feeds)[0][0].tolist()
        return {"label": self.labels[p.index(max(p))], "probabilities": dict(zip(self.labels, p))}
