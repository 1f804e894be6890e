"""Starlette, as lean as it gets: orjson, ONNX Runtime with one thread, uvicorn with two workers."""

import json
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
    import numpy
    import onnxruntime
    import orjson
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    FOLDER = os.environ["MODEL"]
    MANIFEST = json.load(open(os.path.join(FOLDER, "bundle.json")))
    OPTIONS = onnxruntime.SessionOptions()
    OPTIONS.intra_op_num_threads = 1
    OPTIONS.add_session_config_entry("session.intra_op.allow_spinning", "0")
    SESSION = onnxruntime.InferenceSession(
        os.path.join(FOLDER, "model.onnx"), OPTIONS, ["CPUExecutionProvider"])
    NUMBERS = next((s["in"] for s in MANIFEST["preprocessing"] if s["op"] == "concat"), [])
    LABELS = MANIFEST["output"]["labels"]
    INPUTS = [(t["name"], t["from"], t["dtype"]) for t in MANIFEST["tensors"]]

    async def predict(request):
        record = orjson.loads(await request.body())
        feeds = {
            name: numpy.array([[record[source]]], dtype=object) if dtype == "string"
            else numpy.array([[record[f] for f in NUMBERS]], dtype=numpy.float32)
            for name, source, dtype in INPUTS
        }
        p = SESSION.run(["probabilities"], feeds)[0][0].tolist()
        decision = {"label": LABELS[p.index(max(p))], "probabilities": dict(zip(LABELS, p))}
        return Response(orjson.dumps({"output": decision}), media_type="application/json")

    app = Starlette(routes=[Route("/predict", predict, methods=["POST"])])
