"""LitServe, two workers on the processor."""

import os
import sys

NAME = "LitServe, 2 workers"
REQUIREMENTS = ["litserve", "onnxruntime", "numpy"]
WORKS = ["w1"]
PATH = "/predict"
CONNECTIONS = [1, 32]


def command(tools, work, folder, port):
    """The command line and the environment of the server for one work."""
    return (
        [tools.python(REQUIREMENTS), "litserve_api.py", str(port)], {"MODEL": str(folder)})


if "MODEL" in os.environ:
    import litserve
    from common.graph import Graph

    class Work(litserve.LitAPI):
        def setup(self, device):
            self.graph = Graph(os.environ["MODEL"])

        def decode_request(self, request):
            return request

        def predict(self, record):
            return self.graph.decide(record)

        def encode_response(self, decision):
            return {"output": decision}

    if __name__ == "__main__":
        litserve.LitServer(Work(), accelerator="cpu", workers_per_device=2).run(
            port=int(sys.argv[1]), host="127.0.0.1", log_level="error",
            generate_client_file=False, access_log=False)
