"""FastAPI as its tutorial writes it: a route that takes a dict, uvicorn with two workers."""

import os

NAME = "FastAPI, 2 workers"
REQUIREMENTS = ["fastapi", "uvicorn", "uvloop", "httptools", "onnxruntime", "numpy"]
WORKS = ["w1"]
PATH = "/predict"
CONNECTIONS = [1, 32]


def command(tools, work, folder, port):
    """The command line and the environment of the server for one work."""
    options = ["--workers", "2", "--no-access-log", "--loop", "uvloop", "--http", "httptools"]
    return (
        [tools.python(REQUIREMENTS), "-m", "uvicorn", "fastapi_usual:app", "--port", str(port),
         "--log-level", "error", *options],
        {"MODEL": str(folder)},
    )


if "MODEL" in os.environ:
    from common.graph import Graph
    from fastapi import FastAPI

    GRAPH = Graph(os.environ["MODEL"])
    app = FastAPI()

    @app.post("/predict")
    async def predict(record: dict):
        return {"output": GRAPH.decide(record)}
