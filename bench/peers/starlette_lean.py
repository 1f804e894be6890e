"""Starlette, as lean as it gets: orjson, ONNX Runtime with one thread, uvicorn with two workers."""

import os

NAME = "Starlette, 2 workers"
REQUIREMENTS = ["starlette", "uvicorn", "uvloop", "httptools", "orjson", "onnxruntime", "numpy"]
WORKS = ["w1", "w2", "w4"]
PATH = "/predict"


def command(tools, work, folder, port):
    """The command line and the environment of the server for one work."""
    options = ["--workers", "2", "--no-access-log", "--loop", "uvloop", "--http", "httptools"]
    return (
        [tools.python(REQUIREMENTS), "-m", "uvicorn", "starlette_lean:app", "--port", str(port),
         "--log-level", "error", *options],
        {"MODEL": str(folder)},
    )


if "MODEL" in os.environ:
    import orjson
    from common.graph import Graph
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    GRAPH = Graph(os.environ["MODEL"])

    async def predict(request):
        decision = GRAPH.decide(orjson.loads(await request.body()))
        return Response(orjson.dumps({"output": decision}), media_type="application/json")

    app = Starlette(routes=[Route("/predict", predict, methods=["POST"])])
