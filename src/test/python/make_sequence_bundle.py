"""Writes src/test/resources/bundles/tiny-bert: a small transformer that gives a vector for each token,
behind its own WordPiece tokenizer. The golden examples are computed by NumPy from the same weights,
each text alone, so that they owe nothing to ONNX, to batches or to padding.

Run with the packages numpy, onnx and tokenizers: python src/test/python/make_sequence_bundle.py
"""

import json
import math
import pathlib

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "bundles" / "tiny-bert"
HIDDEN, HEADS, LAYERS, LONGEST = 16, 2, 2, 32
WORDS = """[PAD] [UNK] [CLS] [SEP] [MASK] a the film was good bad great awful not very i it would see
again and hours of my life worst two wonder ##ful ##ly bor ##ing bore ##d ! . , ' ? love ##s hate ##d
actor actress plot scene music slow fast end ##less""".split()
TEXTS = [
    "good", "A wonderful film, I would see it again.", "The worst two hours of my life.", "",
    "Not bad at all!", "boring " * 40, "i love the plot", "the music was slow and the end was endless",
]


def tokenizer():
    vocabulary = {word: i for i, word in enumerate(dict.fromkeys(WORDS))}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])])
    return made, len(vocabulary)


def weights(vocabulary):
    random = np.random.default_rng(22)
    made = {"words": random.standard_normal((vocabulary, HIDDEN)),
            "places": random.standard_normal((LONGEST, HIDDEN)) * 0.3}
    for layer in range(LAYERS):
        for name in ("q", "k", "v", "o"):
            made[f"{name}{layer}"] = random.standard_normal((HIDDEN, HIDDEN)) / math.sqrt(HIDDEN)
        made[f"up{layer}"] = random.standard_normal((HIDDEN, 2 * HIDDEN)) / math.sqrt(HIDDEN)
        made[f"down{layer}"] = random.standard_normal((2 * HIDDEN, HIDDEN)) / math.sqrt(HIDDEN)
    return {name: value.astype(np.float32) for name, value in made.items()}


def normalised(x):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)


def reference(ids, w):
    """One text by itself, in float64."""
    w = {name: value.astype(np.float64) for name, value in w.items()}
    x = normalised(w["words"][ids] + w["places"][: len(ids)])
    for layer in range(LAYERS):
        def heads(name):
            return (x @ w[f"{name}{layer}"]).reshape(len(ids), HEADS, -1).transpose(1, 0, 2)
        scores = heads("q") @ heads("k").transpose(0, 2, 1) / math.sqrt(HIDDEN // HEADS)
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        mixed = (scores @ heads("v")).transpose(1, 0, 2).reshape(len(ids), HIDDEN)
        x = normalised(x + mixed @ w[f"o{layer}"])
        x = normalised(x + np.maximum(x @ w[f"up{layer}"], 0) @ w[f"down{layer}"])
    return x


def graph(w):
    """As exporters write it: shapes are computed, heads are cut out by Reshape and Transpose."""
    nodes, constants = [], [numpy_helper.from_array(value, name) for name, value in w.items()]

    def add(operator, *inputs, **attributes):
        name = f"n{len(nodes)}"
        nodes.append(helper.make_node(operator, list(inputs), [name], name=name, **attributes))
        return name

    def constant(value):
        name = f"c{len(constants)}"
        constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    one = constant(np.array([1], np.int64))
    zero = constant(np.array([0], np.int64))
    shape = add("Shape", "input_ids")
    rows, length = add("Gather", shape, zero), add("Gather", shape, one)
    split = add("Concat", rows, length, constant(np.array([HEADS, HIDDEN // HEADS], np.int64)), axis=0)
    joined = add("Concat", rows, length, constant(np.array([HIDDEN], np.int64)), axis=0)
    ones, zeros = constant(np.ones(HIDDEN, np.float32)), constant(np.zeros(HIDDEN, np.float32))
    places = add("Slice", "places", zero, length, zero)
    x = add("Add", add("Gather", "words", "input_ids"), places)
    x = add("LayerNormalization", x, ones, zeros, axis=-1, epsilon=1e-5)
    mask = add("Unsqueeze", "attention_mask", constant(np.array([1, 2], np.int64)))
    mask = add("Sub", constant(np.float32(1)), add("Cast", mask, to=TensorProto.FLOAT))
    mask = add("Mul", mask, constant(np.float32(np.finfo(np.float32).min)))
    for layer in range(LAYERS):
        def heads(name, order):
            cut = add("Reshape", add("MatMul", x, f"{name}{layer}"), split)
            return add("Transpose", cut, perm=order)
        scores = add("MatMul", heads("q", [0, 2, 1, 3]), heads("k", [0, 2, 3, 1]))
        scores = add("Div", scores, constant(np.float32(math.sqrt(HIDDEN // HEADS))))
        scores = add("Softmax", add("Add", scores, mask), axis=-1)
        mixed = add("Transpose", add("MatMul", scores, heads("v", [0, 2, 1, 3])), perm=[0, 2, 1, 3])
        mixed = add("MatMul", add("Reshape", mixed, joined), f"o{layer}")
        x = add("LayerNormalization", add("Add", x, mixed), ones, zeros, axis=-1, epsilon=1e-5)
        more = add("MatMul", add("Relu", add("MatMul", x, f"up{layer}")), f"down{layer}")
        x = add("LayerNormalization", add("Add", x, more), ones, zeros, axis=-1, epsilon=1e-5)
    nodes.append(helper.make_node("Identity", [x], ["last_hidden_state"]))
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
              for name in ("input_ids", "attention_mask")]
    output = helper.make_tensor_value_info(
        "last_hidden_state", TensorProto.FLOAT, ["batch", "sequence", HIDDEN])
    made = helper.make_model(helper.make_graph(nodes, "tiny-bert", inputs, [output], constants),
                             opset_imports=[helper.make_opsetid("", 17)],
                             producer_name="slipway-tests")
    made.ir_version = 8
    return made


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    words, size = tokenizer()
    w = weights(size)
    words.save(str(OUT / "tokenizer.json"))
    (OUT / "model.onnx").write_bytes(graph(w).SerializeToString())
    lines = []
    for text in TEXTS:
        ids = words.encode(text).ids
        ids = ids if len(ids) <= LONGEST else ids[: LONGEST - 1] + ids[-1:]
        vectors = reference(np.array(ids), w).round(7).tolist()
        lines.append(json.dumps({"object": text, "output": {"last_hidden_state": vectors}}))
    (OUT / "examples.jsonl").write_text("\n".join(lines) + "\n")
    manifest = {
        "format": "slipway/1",
        "model": {"name": "tiny-bert", "file": "model.onnx"},
        "input": {"object": "text", "max_chars": 20_000},
        "preprocessing": [
            {"op": "wordpiece", "in": "text", "out": ["input_ids", "attention_mask"],
             "tokenizer": {"file": "tokenizer.json"}, "max_length": LONGEST},
        ],
        "tensors": [
            {"name": name, "from": name, "dtype": "int64", "shape": [-1, -1]}
            for name in ("input_ids", "attention_mask")
        ],
        "output": {"kind": "tensors", "names": ["last_hidden_state"]},
        "examples": {"file": "examples.jsonl", "tolerance": 1e-4},
    }
    (OUT / "bundle.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
