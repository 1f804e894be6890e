"""MLServer with a runtime of its own for records, by its custom payloads: a string that is JSON."""

import json
import os
import pathlib
import tempfile

NAME = "MLServer"
REQUIREMENTS = ["mlserver", "onnxruntime", "numpy"]
WORKS = ["w1"]
PATH = "/v2/models/work/infer"
CONNECTIONS = [1, 32]


def command(tools, work, folder, port):
    """The command line and the environment of the server for one work."""
    home = pathlib.Path(tempfile.mkdtemp(prefix="mlserver-"))
    (home / "settings.json").write_text(json.dumps({
        "http_port": port, "grpc_port": port + 1, "metrics_port": port + 2, "host": "127.0.0.1",
        "parallel_workers": 0, "debug": False}))
    (home / "model-settings.json").write_text(json.dumps({
        "name": "work", "implementation": "mlserver_runtime.Work"}))
    return (
        [str(pathlib.Path(tools.python(REQUIREMENTS)).parent / "mlserver"), "start", str(home)],
        {"MODEL": str(folder), "PYTHONPATH": str(pathlib.Path(__file__).parent)},
    )


def body(record):
    """What this server wants for one record."""
    return {"inputs": [{"name": "record", "shape": [1], "datatype": "BYTES",
                        "data": [json.dumps(record)]}]}


if "MODEL" in os.environ:
    from common.graph import Graph
    from mlserver import MLModel
    from mlserver.codecs import StringCodec
    from mlserver.types import InferenceResponse

    class Work(MLModel):
        async def load(self):
            self.graph = Graph(os.environ["MODEL"])
            return True

        async def predict(self, payload):
            record = json.loads(StringCodec.decode_input(payload.inputs[0])[0])
            decision = json.dumps(self.graph.decide(record))
            return InferenceResponse(
                model_name=self.name, outputs=[StringCodec.encode_output("output", [decision])])
