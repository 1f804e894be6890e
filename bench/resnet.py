"""Makes the bundle `w3`: a ResNet-18 of 224x224 with random weights and ten classes, behind the
decoding and resampling of an image. What it decides means nothing; what it costs is that of a
trained one.

    resnet.py FOLDER_OF_IMAGES FOLDER_TO_MAKE
"""

import io
import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
LABELS = [f"class-{i}" for i in range(10)]


class Network:
    def __init__(self):
        self.random = numpy.random.default_rng(1)
        self.nodes, self.weights = [], []

    def node(self, operator, inputs, **attributes):
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def weight(self, *shape, scale):
        name = f"w{len(self.weights)}"
        values = self.random.normal(0, scale, shape).astype(numpy.float32)
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def conv(self, x, inputs, outputs, size, stride, relu=True, gain=2.0):
        """Batch normalization is folded in, as exporters do."""
        w = self.weight(outputs, inputs, size, size, scale=(gain / (inputs * size * size)) ** 0.5)
        b = self.weight(outputs, scale=0.01)
        x = self.node("Conv", [x, w, b], kernel_shape=[size, size], strides=[stride, stride],
                      pads=[size // 2] * 4)
        return self.node("Relu", [x]) if relu else x

    def block(self, x, inputs, outputs, stride):
        y = self.conv(x, inputs, outputs, 3, stride)
        y = self.conv(y, outputs, outputs, 3, 1, relu=False, gain=0.5)
        if stride != 1 or inputs != outputs:
            x = self.conv(x, inputs, outputs, 1, stride, relu=False, gain=1.0)
        return self.node("Relu", [self.node("Add", [x, y])])

    def resnet18(self):
        x = self.conv("image", 3, 64, 7, 2)
        x = self.node("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
        inputs = 64
        for outputs in (64, 128, 256, 512):
            x = self.block(x, inputs, outputs, 1 if outputs == 64 else 2)
            x = self.block(x, outputs, outputs, 1)
            inputs = outputs
        x = self.node("Flatten", [self.node("GlobalAveragePool", [x])])
        x = self.node("Gemm", [x, self.weight(512, len(LABELS), scale=0.02),
                               self.weight(len(LABELS), scale=0.01)])
        self.nodes.append(helper.make_node("Softmax", [x], ["probabilities"]))
        graph = helper.make_graph(
            self.nodes, "resnet18",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["rows", 3, 224, 224])],
            [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT,
                                           ["rows", len(LABELS)])], self.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def pixels(jpeg):
    """As the bundle declares it."""
    image = Image.open(io.BytesIO(jpeg)).convert("RGB").resize((224, 224), Image.BILINEAR)
    x = numpy.asarray(image, numpy.float32) / 255
    x = (x - numpy.array(MEAN, numpy.float32)) / numpy.array(STD, numpy.float32)
    return numpy.ascontiguousarray(x.transpose(2, 0, 1)[None])


def main():
    images, target = map(pathlib.Path, sys.argv[1:])
    target.mkdir(parents=True, exist_ok=True)
    onnx.save(Network().resnet18(), target / "model.onnx")
    session = onnxruntime.InferenceSession(target / "model.onnx")
    (target / "bundle.json").write_text(json.dumps({
        "format": "slipway/1",
        "model": {"name": "w3", "task": "classification", "file": "model.onnx"},
        "input": {"object": "image", "media_types": ["image/jpeg"]},
        "preprocessing": [
            {"op": "decode_image", "color": "RGB"},
            {"op": "resize", "width": 224, "height": 224, "filter": "bilinear",
             "algorithm": "pil"},
            {"op": "rescale", "factor": 1 / 255},
            {"op": "normalize", "mean": MEAN, "std": STD},
            {"op": "layout", "to": "NCHW"}],
        "tensors": [{"name": "image", "from": "image", "dtype": "float32",
                     "shape": [-1, 3, 224, 224]}],
        "output": {"labels": LABELS, "probabilities": "probabilities"},
        # The decoder of Java and that of Pillow differ by a grey level here and there.
        "examples": {"file": "examples.jsonl", "tolerance": 0.01},
    }))
    with open(target / "examples.jsonl", "w") as examples:
        for file in sorted(images.glob("w3_*.jpg")):
            (target / file.name).write_bytes(file.read_bytes())
            p = session.run(None, {"image": pixels(file.read_bytes())})[0][0].tolist()
            output = {"label": LABELS[p.index(max(p))], "probabilities": dict(zip(LABELS, p))}
            examples.write(json.dumps({"object": {"file": file.name}, "output": output}) + "\n")


if __name__ == "__main__":
    main()
