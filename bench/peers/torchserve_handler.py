"""TorchServe with a handler of its own that runs the graph, two workers."""

import json
import os
import pathlib
import shutil
import tempfile

NAME = "TorchServe, 2 workers"
REQUIREMENTS = ["torchserve", "torch", "pyyaml", "onnxruntime", "numpy"]
WORKS = ["w1"]
PATH = "/predictions/work"
CONNECTIONS = [1, 32]


def command(tools, work, folder, port):
    """The command line and the environment of the server for one work."""
    python = pathlib.Path(tools.python(REQUIREMENTS))
    home = pathlib.Path(tempfile.mkdtemp(prefix="torchserve-"))
    model = home / "models" / "work"
    (model / "MAR-INF").mkdir(parents=True)
    shutil.copy(__file__, model)
    (model / "MAR-INF" / "MANIFEST.json").write_text(json.dumps({
        "runtime": "python", "archiverVersion": "0.12.0",
        "model": {"modelName": "work", "modelVersion": "1", "handler": "torchserve_handler.py"}}))
    addresses = ["inference_address", "management_address", "metrics_address"]
    (home / "config.properties").write_text(
        "".join(f"{name}=http://127.0.0.1:{port + i}\n" for i, name in enumerate(addresses))
        + f"grpc_inference_port={port + 3}\ngrpc_management_port={port + 4}\n"
        + "default_workers_per_model=2\ndisable_token_authorization=true\n")
    return (
        [str(python.parent / "torchserve"), "--start", "--foreground", "--no-config-snapshots",
         "--ts-config", str(home / "config.properties"), "--model-store", str(home / "models"),
         "--models", "work=work"],
        {"MODEL": str(folder), "TEMP": str(home), "LOG_LOCATION": str(home / "logs"),
         "METRICS_LOCATION": str(home / "logs"), "JAVA_HOME": tools.java_home,
         "PATH": f"{python.parent}:{os.environ['PATH']}",
         "PYTHONPATH": str(pathlib.Path(__file__).parent)},
    )


class Work:
    """What TorchServe calls for each request, which it has read from JSON."""

    def initialize(self, context):
        from common.graph import Graph

        self.graph = Graph(os.environ["MODEL"])

    def handle(self, data, context):
        # What has no record only wants to know whether it is there.
        return [self.graph.decide(record) if isinstance(record, dict) else {}
                for record in (request.get("body") for request in data)]
