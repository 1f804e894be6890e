"""ONNX's own backend tests against a running server: each graph that ONNX Runtime passes is
registered as a bare model and called with its test data by the Open Inference Protocol, as JSON and
as bytes, and by the native contract; every answer must be what ONNX Runtime answers in Python.

    python backend_suite.py URL [--sample N] [--seed S] [--only REGEX] [--workers N] [--report FILE]

Without --sample it takes the whole suite. Needs onnx, onnxruntime and numpy, of the versions in
requirements-backend.txt. Ends with 0 where at least 99 of 100 graphs are served with equal answers.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import random
import re
import struct
import sys
import time
import urllib.error
import urllib.request
import warnings

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper
from onnx.backend.test.loader import load_model_tests

KINDS = ("node", "simple", "pytorch-converted", "pytorch-operator")
SHARE = 0.99

DATATYPES = {
    "bool": "BOOL",
    "int8": "INT8",
    "int16": "INT16",
    "int32": "INT32",
    "int64": "INT64",
    "uint8": "UINT8",
    "uint16": "UINT16",
    "uint32": "UINT32",
    "uint64": "UINT64",
    "float16": "FP16",
    "float32": "FP32",
    "float64": "FP64",
}
DTYPES = {datatype: dtype for dtype, datatype in DATATYPES.items()}


class Skipped(Exception):
    """The contract has no words for these inputs."""


def array(value):
    return numpy_helper.to_array(value) if isinstance(value, onnx.TensorProto) else value


def data_sets(case):
    """Inputs and outputs of a case, as lists of arrays; None where there is no tensor."""
    if case.data_sets is not None:
        return [([array(v) for v in i], [array(v) for v in o]) for i, o in case.data_sets]
    sets = []
    for folder in sorted(pathlib.Path(case.model_dir).glob("test_data_set_*")):
        both = []
        for side in ("input", "output"):
            files = sorted(
                folder.glob(f"{side}_*.pb"), key=lambda f: int(f.stem.rsplit("_", 1)[1])
            )
            values = []
            for file in files:
                tensor = onnx.TensorProto()
                tensor.ParseFromString(file.read_bytes())
                values.append(numpy_helper.to_array(tensor))
            both.append(values)
        sets.append(tuple(both))
    return sets


def model_of(case):
    return case.model or onnx.load(pathlib.Path(case.model_dir) / "model.onnx")


def tensors_only(model):
    ports = list(model.graph.input) + list(model.graph.output)
    return all(port.type.WhichOneof("value") == "tensor_type" for port in ports)


def close(expected, found, rtol, atol):
    if found is None or np.shape(expected) != np.shape(found):
        return False
    expected, found = np.asarray(expected), np.asarray(found)
    if expected.dtype.kind in "OUST" or found.dtype.kind in "OUST":
        return bool((expected.astype(str) == found.astype(str)).all())
    return expected.dtype == found.dtype and bool(
        np.allclose(expected, found, rtol=rtol, atol=atol, equal_nan=True)
    )


class Case:
    """One graph with its data and with what ONNX Runtime answers in this process."""

    def __init__(self, name, model, calls):
        self.name = name
        self.model = model
        self.calls = calls


def cases(only):
    """The cases that ONNX Runtime passes, and by name why others are left out."""
    left_out = collections.OrderedDict()
    passed = []
    warnings.filterwarnings("ignore")
    onnxruntime.set_default_logger_severity(4)
    for case in (case for kind in KINDS for case in load_model_tests(kind=kind)):
        if only and not re.search(only, case.name):
            continue
        model = model_of(case)
        if not tensors_only(model):
            left_out[case.name] = "takes or gives sequences or optional values"
            continue
        try:
            calls = answers(case, model)
        except Exception as refused:  # whatever the runtime throws, it is not passed
            left_out[case.name] = "ONNX Runtime: " + str(refused).split("\n")[0][:120]
            continue
        passed.append(Case(case.name, model.SerializeToString(), calls))
    return passed, left_out


def answers(case, model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    names = [output.name for output in session.get_outputs()]
    calls = []
    for inputs, outputs in data_sets(case):
        fed = {
            port.name: np.asarray(value) for port, value in zip(model.graph.input, inputs)
        }
        found = session.run(None, fed)
        for expected, got in zip(outputs, found):
            if not close(expected, got, case.rtol, case.atol):
                raise ValueError("another answer than ONNX's own")
        calls.append((fed, dict(zip(names, found))))
    return calls


class Server:
    def __init__(self, url, key):
        self.url = url.rstrip("/")
        self.headers = {"Authorization": "Bearer " + key} if key else {}

    def call(self, path, body, content_type, headers=None):
        request = urllib.request.Request(
            self.url + path,
            data=body,
            headers={"Content-Type": content_type, **self.headers, **(headers or {})},
        )
        try:
            with urllib.request.urlopen(request, timeout=150) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def register(self, name, model):
        path = f"/api/v1/models/{name}/versions"
        status, _, body = self.call(path, model, "application/onnx")
        answer = json.loads(body)
        if status not in (200, 201):
            raise Refused("not registered", status, answer)
        return answer


class Refused(Exception):
    def __init__(self, what, status, answer):
        words = answer.get("errors") or answer.get("error") or answer
        super().__init__(f"{what}: {status} {json.dumps(words)[:300]}")


def name_of(case):
    """A name of the registry's, of its own for each graph."""
    name = re.sub("[^a-z0-9-]", "-", case.name.lower())[:50].strip("-")
    return f"{name}-{hashlib.sha256(case.name.encode()).hexdigest()[:6]}"


# ---- Open Inference ------------------------------------------------------------------------------


def datatype(value):
    return DATATYPES.get(value.dtype.name, "BYTES")


def number(value):
    """A number as JSON has it; what JSON has not, by its name."""
    if isinstance(value, float) and not np.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return value


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def flat(value):
    value = np.asarray(value)
    if datatype(value) == "BYTES":
        return [text(element) for element in value.ravel()]
    if value.dtype == np.float32:  # shortest digits of a float, not of the double it would become
        return [number(float(str(element))) for element in value.ravel()]
    return [number(element) for element in value.ravel().tolist()]


def open_inference_json(server, path, fed):
    inputs = [
        {
            "name": name,
            "datatype": datatype(value),
            "shape": list(value.shape),
            "data": flat(value),
        }
        for name, value in fed.items()
    ]
    status, _, body = server.call(
        path + "/infer", json.dumps({"inputs": inputs}).encode(), "application/json"
    )
    answer = json.loads(body)
    if status != 200:
        raise Refused("V2 JSON", status, answer)
    return {output["name"]: of_json(output) for output in answer["outputs"]}


def of_json(output):
    shape = output["shape"]
    if output["datatype"] == "BYTES":
        return np.array(output["data"], dtype=object).reshape(shape)
    values = [
        float(value.replace("Infinity", "inf")) if isinstance(value, str) else value
        for value in np.array(output["data"], dtype=object).ravel()
    ]
    return np.array(values, dtype=DTYPES[output["datatype"]]).reshape(shape)


def bytes_of(value):
    if datatype(value) == "BYTES":
        parts = [text(element).encode() for element in value.ravel()]
        return b"".join(struct.pack("<I", len(part)) + part for part in parts)
    return np.ascontiguousarray(value).tobytes()


def open_inference_binary(server, path, fed):
    parts = [bytes_of(value) for value in fed.values()]
    inputs = [
        {
            "name": name,
            "datatype": datatype(value),
            "shape": list(value.shape),
            "parameters": {"binary_data_size": len(part)},
        }
        for (name, value), part in zip(fed.items(), parts)
    ]
    head = json.dumps({"inputs": inputs, "parameters": {"binary_data_output": True}}).encode()
    status, headers, body = server.call(
        path + "/infer",
        head + b"".join(parts),
        "application/octet-stream",
        {"Inference-Header-Content-Length": str(len(head))},
    )
    if status != 200:
        raise Refused("V2 binary", status, json.loads(body))
    length = {k.lower(): v for k, v in headers.items()}["inference-header-content-length"]
    answer = json.loads(body[: int(length)])
    at = int(length)
    found = {}
    for output in answer["outputs"]:
        size = output["parameters"]["binary_data_size"]
        found[output["name"]] = of_bytes(output, body[at : at + size])
        at += size
    return found


def of_bytes(output, part):
    if output["datatype"] != "BYTES":
        return np.frombuffer(part, dtype=DTYPES[output["datatype"]]).reshape(output["shape"])
    texts = []
    while part:
        (length,) = struct.unpack_from("<I", part)
        texts.append(part[4 : 4 + length].decode())
        part = part[4 + length :]
    return np.array(texts, dtype=object).reshape(output["shape"])


# ---- The native contract -------------------------------------------------------------------------


def nested(value):
    values = flat(value)
    if datatype(value) != "BYTES" and any(isinstance(element, str) for element in values):
        raise Skipped("JSON has no NaN and no infinity")
    listed = np.empty(len(values), dtype=object)
    listed[:] = values
    return listed.reshape(value.shape).tolist()


def native(server, path, fed, expected):
    if any(
        value.dtype.kind == "f" and not np.isfinite(value).all()
        for value in map(np.asarray, expected.values())
    ):
        raise Skipped("JSON has no NaN and no infinity")
    body = json.dumps({name: nested(value) for name, value in fed.items()}).encode()
    status, _, body = server.call(path + "/predict", body, "application/json")
    answer = json.loads(body)
    if status != 200:
        raise Refused("native", status, answer)
    return {
        name: np.array(
            answer["output"][name],
            dtype=object if datatype(np.asarray(value)) == "BYTES" else np.asarray(value).dtype,
        ).reshape(np.shape(value) if np.size(value) == 0 else np.shape(answer["output"][name]))
        for name, value in expected.items()
    }


# ---- The run -------------------------------------------------------------------------------------


def check(server, case):
    """None where every answer is equal; else why not. Second: how the version stands."""
    name = name_of(case)
    try:
        version = server.register(name, case.model)
    except Refused as refused:
        return str(refused), {}
    checks = version.get("checks") or {}
    number = version["version"]
    skipped = []
    for fed, expected in case.calls:
        doors = {
            "V2 JSON": lambda: open_inference_json(
                server, f"/v2/models/{name}/versions/{number}", fed
            ),
            "V2 binary": lambda: open_inference_binary(
                server, f"/v2/models/{name}/versions/{number}", fed
            ),
            "native": lambda: native(
                server, f"/models/{name}/versions/{number}", fed, expected
            ),
        }
        for door, call in doors.items():
            try:
                found = call()
            except Skipped as why:
                skipped.append(f"{door}: {why}")
                continue
            except Exception as failure:
                return f"{door}: {failure}", checks
            for output, value in expected.items():
                if not equal(value, found.get(output)):
                    return f"{door}: another answer for {output}", checks
    return None, {**checks, "skipped": sorted(set(skipped))}


def equal(expected, found):
    """Bit for bit up to what kernels differ in that depend on how memory lies."""
    return close(np.asarray(expected), found, rtol=1e-5, atol=1e-7)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("url")
    parser.add_argument("--sample", type=int, help="so many graphs, drawn by the seed")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--only", help="a regular expression that names must match")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--key", help="an access key, where the server asks who calls")
    parser.add_argument("--report", help="write a line of JSON for each graph here")
    options = parser.parse_args()

    passed, left_out = cases(options.only)
    drawn = passed
    if options.sample:
        drawn = random.Random(options.seed).sample(passed, min(options.sample, len(passed)))
    print(
        f"{len(passed)} graphs pass in ONNX Runtime {onnxruntime.__version__}; "
        f"{len(drawn)} are tried, seed {options.seed}",
        flush=True,
    )
    server = Server(options.url, options.key)
    begun = time.monotonic()
    results = []
    with (
        open(options.report or os.devnull, "w", buffering=1) as report,
        concurrent.futures.ThreadPoolExecutor(options.workers) as pool,
    ):
        # Line by line, so that a run that is cut off says how far it came.
        for name, why, checks in pool.map(lambda case: (case.name, *check(server, case)), drawn):
            results.append((name, why, checks))
            report.write(json.dumps({"name": name, "why": why, "checks": checks}) + "\n")
    bad = [(name, why) for name, why, _ in results if why]
    for name, why in bad:
        print(f"  {name}: {why}")
    remarks = collections.Counter(
        remark["code"] for _, _, checks in results for remark in checks.get("remarks", [])
    )
    skipped = collections.Counter(
        why for _, _, checks in results for why in checks.get("skipped", [])
    )
    for counts in (remarks, skipped):
        for what, count in counts.items():
            print(f"  {count} graphs: {what}")
    right = len(results) - len(bad)
    print(
        f"{right} of {len(results)} are served with equal answers"
        f" ({100 * right / len(results):.2f} %), {time.monotonic() - begun:.0f} s"
    )
    return 0 if right >= SHARE * len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
