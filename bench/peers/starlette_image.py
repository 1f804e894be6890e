"""Starlette with Pillow and ONNX Runtime, one thread a run, uvicorn with two workers: what a team
writes by hand to classify images. Measured by bench/images."""

import os
import sys

NAME = "Starlette + Pillow, 2 workers"
REQUIREMENTS = ["starlette", "uvicorn", "uvloop", "httptools", "orjson", "onnxruntime", "numpy",
                "pillow"]
WORKS = []
PATH = "/predict"


def command(tools, folder, port):
    """The command line and the environment of the server."""
    options = ["--workers", "2", "--no-access-log", "--loop", "uvloop", "--http", "httptools"]
    return (
        [tools.python(REQUIREMENTS), "-m", "uvicorn", "starlette_image:app", "--port", str(port),
         "--log-level", "error", *options],
        {"IMAGE_MODEL": str(folder)},
    )


if "IMAGE_MODEL" in os.environ:
    import io

    import numpy
    import onnxruntime
    import orjson
    from PIL import Image
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import Response
    from starlette.routing import Route

    OPTIONS = onnxruntime.SessionOptions()
    OPTIONS.intra_op_num_threads = int(os.environ.get("IMAGE_THREADS", "1"))
    OPTIONS.add_session_config_entry("session.intra_op.allow_spinning", "0")
    SESSION = onnxruntime.InferenceSession(
        os.path.join(os.environ["IMAGE_MODEL"], "model.onnx"), OPTIONS, ["CPUExecutionProvider"])
    MEAN = numpy.array([0.485, 0.456, 0.406], numpy.float32)
    STD = numpy.array([0.229, 0.224, 0.225], numpy.float32)
    LABELS = [f"class-{i}" for i in range(10)]

    def classify(jpeg):
        image = Image.open(io.BytesIO(jpeg)).convert("RGB").resize((224, 224), Image.BILINEAR)
        x = (numpy.asarray(image, numpy.float32) / 255 - MEAN) / STD
        x = numpy.ascontiguousarray(x.transpose(2, 0, 1)[None])
        p = SESSION.run(None, {"image": x})[0][0].tolist()
        return {"label": LABELS[p.index(max(p))], "probabilities": dict(zip(LABELS, p))}

    async def predict(request):
        decision = await run_in_threadpool(classify, await request.body())
        return Response(orjson.dumps({"output": decision}), media_type="application/json")

    app = Starlette(routes=[Route("/predict", predict, methods=["POST"])])

    if __name__ == "__main__":
        # The limit: the same without HTTP, for so many seconds; the images a second.
        import time

        images = [open(file, "rb").read() for file in sys.argv[2:]]
        classify(images[0])
        end, count = time.time() + float(sys.argv[1]), 0
        begun = time.time()
        while time.time() < end:
            classify(images[count % len(images)])
            count += 1
        print(count / (time.time() - begun))
