"""BentoML's own server, a service with one API and two workers."""

import os

NAME = "BentoML, 2 workers"
REQUIREMENTS = ["bentoml", "onnxruntime", "numpy"]
WORKS = ["w1"]
PATH = "/predict"
CONNECTIONS = [1, 32]


def command(tools, work, folder, port):
    """The command line and the environment of the server for one work."""
    return (
        [tools.python(REQUIREMENTS), "-m", "bentoml", "serve", "bentoml_service:Work", "--port",
         str(port), "-q"],
        {"MODEL": str(folder), "BENTOML_DO_NOT_TRACK": "True"},
    )


def body(record):
    """What this server wants for one record."""
    return {"record": record}


if "MODEL" in os.environ:
    import bentoml
    from common.graph import Graph

    @bentoml.service(workers=2, traffic={"timeout": 60}, logging={"access": {"enabled": False}})
    class Work:
        def __init__(self):
            self.graph = Graph(os.environ["MODEL"])

        @bentoml.api
        def predict(self, record: dict) -> dict:
            return {"output": self.graph.decide(record)}
