"""A plain interpreter of bundles, one object at a time: what a gateway does, without its speed.

It shares nothing with the packager but the parsing of mail and of HTML, so that a bundle whose
examples it reproduces is right in what it declares.
"""

import io
import json
import math
import re
import unicodedata
from datetime import date
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image, ImageOps
from sklearn.utils import murmurhash3_32
from tokenizers import Tokenizer

from slipway.pack import html_strip, parse_mail

NAN = math.nan


class Interpreter:
    """A bundle that lies in `folder`."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.manifest = json.loads((self.folder / "bundle.json").read_text("utf-8"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            self.folder / self.manifest["model"]["file"], options, providers=["CPUExecutionProvider"]
        )
        self._read: dict[str, list] = {}

    def examples(self):
        """(object, expected output, tolerance) of every golden example."""
        declared = self.manifest["examples"]
        for line in (self.folder / declared["file"]).read_bytes().splitlines():
            example = json.loads(line)
            given = example["object"]
            if set(given) == {"file"}:
                given = (self.folder / given["file"]).read_bytes()
            yield given, example["output"], example.get("tolerance", declared["tolerance"])

    def answer(self, given) -> dict:
        """The decision on one raw object."""
        columns = self._columns(given)
        for step in self.manifest["preprocessing"]:
            self._step(step, columns)
        feeds = {t["name"]: self._tensor(t, columns[t["from"]]) for t in self.manifest["tensors"]}
        names = [o.name for o in self.session.get_outputs()]
        return self._output(dict(zip(names, self.session.run(None, feeds))))

    def _columns(self, given) -> dict:
        declared = self.manifest["input"]
        match declared.get("object", "record"):
            case "record":
                return {f["name"]: given.get(f["name"]) for f in declared["fields"]}
            case "mail":
                return parse_mail(given)
            case "image":
                return {"image": given}

    def _tensor(self, binding, value):
        array = np.asarray(value, dtype=binding.get("dtype", "float32"))
        return array if array.ndim > 1 else array.reshape(1, -1)

    def _output(self, tensors) -> dict:
        declared = self.manifest["output"]
        if declared.get("kind") == "value":
            return {declared["name"]: float(np.ravel(tensors[declared["tensor"]])[0])}
        if "logits" in declared:
            logits = np.ravel(tensors[declared["logits"]]).astype(float)
            shares = np.exp(logits - logits.max())
            shares /= shares.sum()
        else:
            shares = np.ravel(tensors[declared["probabilities"]])
        labels = declared["labels"]
        return {"label": labels[int(np.argmax(shares))], "probabilities": dict(zip(labels, map(float, shares)))}

    def _list(self, value, number):
        """A list of the manifest, or of the file that it names."""
        if isinstance(value, list):
            return value
        path = value["file"]
        if path not in self._read:
            lines = (self.folder / path).read_text("utf-8").split("\n")[:-1]
            self._read[path] = [float(v) for v in lines] if number else lines
        return self._read[path]

    def _step(self, s, c):
        ins = s.get("in", "image")
        ins = [ins] if isinstance(ins, str) else ins
        outs = s.get("out", ins)
        outs = [outs] if isinstance(outs, str) else outs
        values = [c[n] for n in ins]
        match s["op"]:
            case "number":
                results = [NAN if v is None else float(v) for v in values]
            case "impute":
                results = [w if v is None or v != v else v for v, w in zip(values, s["values"])]
            case "missing_indicator":
                results = [float(v is None or v != v) for v in values]
            case "log1p" | "sqrt" | "abs" as name:
                results = [getattr(np, name)(v) for v in values]
            case "ratio":
                results = [values[0] / values[1] if values[1] else 0.0]
            case "difference":
                results = [values[0] - values[1]]
            case "standard_scale":
                if np.ndim(values[0]):
                    results = [(np.asarray(values[0]) - np.array(s["mean"])) / np.array(s["scale"])]
                else:
                    results = [(v - m) / d for v, m, d in zip(values, s["mean"], s["scale"])]
            case "minmax_scale":
                low, high = s["feature_range"]
                results = [v * d + m for v, d, m in zip(values, s["scale"], s["min"])]
                results = [v if not s["clip"] or v != v else min(max(v, low), high) for v in results]
            case "quantile":
                results = [_quantile(values[0], s["quantiles"], s["references"])]
            case "kbins":
                results = [_kbins(values[0], s["edges"], s["encode"])]
            case "category":
                results = [None if v is None else str(v) for v in values]
            case "one_hot":
                known = s["categories"][1:] if s.get("drop") == "first" else s["categories"]
                if s["unknown"] == "error" and values[0] not in s["categories"]:
                    raise ValueError(values[0])
                results = [[float(values[0] == k) for k in known]]
            case "ordinal":
                results = [_ordinal(values[0], s)]
            case "target":
                results = [s["values"].get(values[0], s["default"])]
            case "months_between":
                results = [_months(values[0], s["ref"])]
            case "date_part":
                results = [_date_part(values[0], part) for part in s["parts"]]
            case "html_strip":
                results = [html_strip(v) for v in values]
            case "lower":
                results = [v.lower() for v in values]
            case "strip_accents":
                results = [
                    "".join(k for k in unicodedata.normalize("NFKD", v) if not unicodedata.combining(k)) for v in values
                ]
            case "join":
                results = [s["sep"].join(values)]
            case "truncate":
                results = [v[: s["max_chars"]] for v in values]
            case "length":
                results = [float(len(v)) for v in values]
            case "count_matches":
                outs = list(s["counts"])
                results = [float(sum(1 for _ in re.finditer(p, values[0]))) for p in s["counts"].values()]
            case "tokenize":
                words = re.split(r"\W+", values[0])
                results = [[w for w in words if len(w) >= s["min_chars"]]]
            case "ngrams":
                words = values[0]
                results = [
                    [
                        " ".join(words[i : i + n])
                        for n in range(s["min"], s["max"] + 1)
                        for i in range(len(words) - n + 1)
                    ]
                ]
            case "tfidf":
                results = [self._tfidf(values[0], s)]
            case "hash_text":
                results = [_hash(values[0], s)]
            case "wordpiece":
                tokenizer = Tokenizer.from_file(str(self.folder / s["tokenizer"]["file"]))
                tokenizer.enable_truncation(s["max_length"])
                encoded = tokenizer.encode(values[0])
                members = {
                    "input_ids": encoded.ids,
                    "attention_mask": encoded.attention_mask,
                    "token_type_ids": encoded.type_ids,
                }
                results = [np.array([members[name]], dtype=np.int64) for name in outs]
            case "decode_image":
                results = [_decode(values[0], s)]
            case "resize":
                filters = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3}
                results = [values[0].resize((s["width"], s["height"]), filters[s.get("filter", "bilinear")])]
            case "pad":
                results = [ImageOps.expand(values[0], (s["left"], s["top"], s["right"], s["bottom"]), s["value"])]
            case "invert":
                results = [ImageOps.invert(values[0])]
            case "rescale":
                results = [np.array(values[0], dtype=float) * s["factor"]]
            case "normalize":
                results = [(values[0] - s["mean"][0]) / s["std"][0]]
            case "repeat_channels":
                results = [np.stack([values[0]] * s["times"])]
            case "layout":
                array = np.asarray(values[0])
                array = array[None] if array.ndim == 2 else array
                results = [array.reshape(1, -1) if s["to"] == "flat" else array[None]]
            case "concat":
                results = [np.concatenate([np.ravel(v) for v in values])]
            case op:
                raise NotImplementedError(op)
        c.update(zip(outs, results))

    def _tfidf(self, words, s):
        vocabulary = {w: i for i, w in enumerate(self._list(s["vocab"], False))}
        vector = np.zeros(len(vocabulary))
        for word in words:
            if word in vocabulary:
                vector[vocabulary[word]] += 1
        if s["sublinear_tf"]:
            vector = np.where(vector > 0, 1 + np.log(np.maximum(vector, 1)), 0)
        return _normed(vector * np.array(self._list(s["idf"], True)), s["norm"])


def _normed(vector, norm):
    size = np.abs(vector).sum() if norm == "l1" else math.sqrt((vector * vector).sum())
    return vector / size if size else vector


def _hash(words, s):
    vector = np.zeros(s["n_features"])
    for word in words:
        h = murmurhash3_32(word.encode("utf-8", "surrogatepass"), seed=0)
        vector[abs(h) % s["n_features"]] += -1 if s["alternate_sign"] and h < 0 else 1
    return _normed(vector, s["norm"])


def _quantile(x, quantiles, references):
    """The mean of the interpolations from below and from above, which differ where quantiles repeat."""
    if x != x:
        return NAN
    up = np.interp(x, quantiles, references)
    down = -np.interp(-x, [-q for q in reversed(quantiles)], [-r for r in reversed(references)])
    if x == quantiles[0]:
        return references[0]
    if x == quantiles[-1]:
        return references[-1]
    return (up + down) / 2


def _kbins(x, edges, encode):
    bin_ = sum(x >= e for e in edges[1:-1])
    return float(bin_) if encode == "ordinal" else [float(i == bin_) for i in range(len(edges) - 1)]


def _ordinal(value, s):
    if value is None:
        return s.get("missing", NAN)
    if value in s["categories"]:
        return float(s["categories"].index(value))
    return s["unknown_value"]


def _months(since, ref):
    """Calendar months; the day of the month is ignored."""
    if since is None:
        return NAN
    since, ref = (tuple(int(p) for p in d[:10].split("-")) for d in (since, ref))
    return float((ref[0] - since[0]) * 12 + ref[1] - since[1])


def _date_part(value, part):
    if value is None:
        return NAN
    day = date(*(int(p) for p in value[:10].split("-")))
    return float({"month": day.month, "day_of_week": day.isoweekday() - 1, "year": day.year, "day": day.day}[part])


def _decode(raw, s):
    image = Image.open(io.BytesIO(raw))
    if image.mode == "I;16":
        image = Image.frombytes("L", image.size, bytes(v >> 8 for v in np.array(image).ravel().tolist()))
    return ImageOps.exif_transpose(image).convert(s["color"])


def difference(expected, found) -> float:
    """The largest difference of two outputs' numbers; infinite where labels or members differ."""
    if isinstance(expected, dict):
        if not isinstance(found, dict) or set(expected) != set(found):
            return math.inf
        return max(difference(expected[k], found[k]) for k in expected)
    if isinstance(expected, str):
        return 0.0 if expected == found else math.inf
    return abs(expected - found)


def within(expected, found, tolerance) -> bool:
    """Whether every number is within tolerance + tolerance × |expected| and every label equal."""
    if isinstance(expected, dict):
        return set(expected) == set(found) and all(within(expected[k], found[k], tolerance) for k in expected)
    if isinstance(expected, str):
        return expected == found
    return abs(expected - found) <= tolerance + tolerance * abs(expected)
