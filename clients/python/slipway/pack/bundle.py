"""A bundle of format 1: writing it as a folder or a zip, its digest, and checking it."""

import hashlib
import json
import shutil
import tempfile
import unicodedata
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import onnx

from . import vocabulary as words

_MAGIC = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"BM": "bmp"}


class InvalidBundle(ValueError):
    """The bundle breaks the format; the message has one finding a line."""


@dataclass(frozen=True)
class Example:
    """A raw object (a JSON object, or the bytes of a mail or an image) and what the training
    library answered for it. `tolerance`, absolute and relative, where it is not the bundle's."""

    object: dict | bytes
    output: dict
    tolerance: float | None = None


@dataclass
class Bundle:
    """What a bundle holds. `onnx` and `files` are bytes; `input`, `steps`, `tensors`, `output`,
    `lineage` and `policy` are as the manifest has them; `card` is the model card (Markdown)."""

    name: str
    onnx: bytes
    input: dict
    tensors: list[dict]
    output: dict
    steps: list[dict] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    tolerance: float = 1e-5
    task: str = "classification"
    description: str | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    reference: list[dict] = field(default_factory=list)
    lineage: dict = field(default_factory=dict)
    policy: dict = field(default_factory=dict)
    card: str | None = None

    def contents(self) -> dict[str, bytes]:
        """Every file of the bundle: {path: bytes}."""
        manifest = {
            "format": words.FORMAT,
            "model": {"name": self.name, "description": self.description, "task": self.task, "file": "model.onnx"},
            "input": self.input,
            "preprocessing": self.steps,
            "tensors": self.tensors,
            "output": self.output,
        }
        manifest["model"] = {k: v for k, v in manifest["model"].items() if v is not None}
        contents = {"model.onnx": self.onnx, **self.files}
        if self.examples:
            manifest["examples"] = {"file": "examples.jsonl", "tolerance": self.tolerance}
            contents["examples.jsonl"] = _lines(self._examples(contents))
        if self.reference:
            manifest["reference"] = {"file": "reference.jsonl"}
            contents["reference.jsonl"] = _lines(self.reference)
        manifest |= {k: v for k, v in (("lineage", self.lineage), ("policy", self.policy)) if v}
        if self.card:
            contents["README.md"] = self.card.encode()
        contents["bundle.json"] = render(manifest).encode()
        return contents

    def _examples(self, contents: dict[str, bytes]) -> list[dict]:
        """The lines of examples.jsonl; the raw files go into `contents`."""
        lines = []
        for number, example in enumerate(self.examples):
            raw = example.object
            if isinstance(raw, bytes):
                path = f"examples/{number}.{extension(raw)}"
                contents[path] = raw
                raw = {"file": path}
            line = {"object": raw, "output": example.output}
            lines.append(line if example.tolerance is None else {**line, "tolerance": example.tolerance})
        return lines

    def write(self, folder) -> str:
        """Writes the bundle as `folder`, replacing it, checks it and returns its digest.

        Raises InvalidBundle."""
        folder = Path(folder)
        if folder.exists() and any(folder.iterdir()) and not (folder / "bundle.json").exists():
            raise FileExistsError(f"{folder} exists and is no bundle")
        shutil.rmtree(folder, ignore_errors=True)
        for path, data in self.contents().items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        require_valid(folder)
        return digest(folder)

    def save(self, target) -> str:
        """Writes the bundle as the zip `target` and returns its digest. Raises InvalidBundle."""
        with tempfile.TemporaryDirectory() as folder:
            self.write(folder)
            return write_zip(folder, target)


def paths(folder) -> list[str]:
    """The files of a folder, relative, sorted by the bytes of their path."""
    folder = Path(folder)
    found = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(found, key=lambda path: path.encode())


def digest(folder) -> str:
    """The digest of a bundle: SHA-256 over the lines `<sha256> <size> <path>` of all its files."""
    total = hashlib.sha256()
    for path in paths(folder):
        data = (Path(folder) / path).read_bytes()
        total.update(f"{hashlib.sha256(data).hexdigest()} {len(data)} {path}\n".encode())
    return total.hexdigest()


def write_zip(folder, target) -> str:
    """Checks `folder`, packs it into the zip `target` and returns its digest. The same files give
    the same zip. Raises InvalidBundle."""
    require_valid(folder)
    with zipfile.ZipFile(target, "w") as archive:
        for path in paths(folder):
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, (Path(folder) / path).read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return digest(folder)


def require_valid(folder) -> None:
    """Raises InvalidBundle with every finding of `check`."""
    if findings := check(folder):
        raise InvalidBundle("\n".join(findings))


def check(folder) -> list[str]:
    """What in `folder` breaks the format, as sentences: unknown and missing members, columns that
    are read before they are written or never, files and model inputs that do not exist. Types are
    left to the registry, and so is running the examples."""
    folder = Path(folder)
    try:
        manifest = json.loads((folder / "bundle.json").read_bytes())
    except (OSError, ValueError) as e:
        return [f"bundle.json: {e}"]
    findings = list(_manifest_findings(manifest))
    if not findings:
        findings = [*_column_findings(manifest), *_file_findings(folder, manifest)]
    return findings


def _manifest_findings(manifest):
    yield from words.member_findings(manifest, *words.OBJECTS["manifest"], "bundle.json")
    if not isinstance(manifest, dict):
        return
    if manifest.get("format") != words.FORMAT:
        yield f"bundle.json: the format is {manifest.get('format')!r}, not {words.FORMAT!r}"
    for name in ("model", "examples", "reference", "lineage"):
        if name in manifest:
            yield from words.member_findings(manifest[name], *words.OBJECTS[name], name)
    lineage = manifest.get("lineage", {})
    for name in ("code", "environment", "training"):
        if name in lineage:
            yield from words.member_findings(lineage[name], *words.OBJECTS[name], f"lineage/{name}")
    for i, entry in enumerate(lineage.get("data", [])):
        yield from words.member_findings(entry, *words.OBJECTS["data"], f"lineage/data/{i}")
    for i, declared in enumerate(manifest.get("preprocessing", [])):
        yield from words.step_findings(declared, f"preprocessing/{i}")
    for i, tensor in enumerate(manifest.get("tensors", [])):
        yield from words.member_findings(tensor, *words.OBJECTS["tensor"], f"tensors/{i}")
    yield from _tagged_findings(manifest.get("input"), "object", "record", words.INPUTS, "input")
    yield from _tagged_findings(manifest.get("output"), "kind", "classification", words.OUTPUTS, "output")
    fields = (manifest.get("input") or {}).get("fields", [])
    for i, declared in enumerate(fields):
        required, optional = words.FIELDS.get(declared.get("type"), ((), ()))
        if declared.get("type") not in words.FIELDS:
            yield f"input/fields/{i}: there is no type {declared.get('type')!r}"
            continue
        yield from words.member_findings(declared, required | {"type"}, optional, f"input/fields/{i}")
    names = [declared.get("name") for declared in fields]
    yield from (f"input: the field {n!r} is declared twice" for n in sorted({n for n in names if names.count(n) > 1}))


def _tagged_findings(value, tag, default, table, where):
    """Findings on an object whose member `tag` says which members it has."""
    kind = value.get(tag, default) if isinstance(value, dict) else default
    if kind not in table:
        yield f"{where}: there is no {tag} {kind!r}"
        return
    required, optional = table[kind]
    yield from words.member_findings(value, required, optional | {tag}, where)


def input_columns(declared: dict) -> list[str]:
    """The columns that an input declaration begins with."""
    kind = declared.get("object", "record")
    columns = {"text": ["text"], "mail": list(words.MAIL_COLUMNS), "image": ["image"], "tensors": []}
    return columns[kind] if kind != "record" else [f["name"] for f in declared["fields"]]


def _column_findings(manifest):
    known = set(input_columns(manifest["input"]))
    unread: dict[str, str] = {}
    readers = [
        (f"preprocessing/{i} ({s['op']})", words.reads(s), words.writes(s))
        for i, s in enumerate(manifest.get("preprocessing", []))
    ]
    readers += [(f"tensors/{i}", [t["from"]], []) for i, t in enumerate(manifest.get("tensors", []))]
    for where, read, written in readers:
        yield from (f"{where}: there is no column {c!r} here" for c in read if c not in known)
        for column in read:
            unread.pop(column, None)
        known.update(written)
        unread |= dict.fromkeys(written, where)
    yield from (f"{where}: the column {c!r} is written and never read" for c, where in unread.items())


def _file_findings(folder, manifest):
    present = set(paths(folder))
    named = {"bundle.json", "README.md", *_named_files(manifest)}
    for path in present:
        if path != unicodedata.normalize("NFC", path) or "\\" in path:
            yield f"{path!r}: not a name of format 1"
    example_file = manifest.get("examples", {}).get("file")
    if example_file in present:
        for number, line in enumerate((folder / example_file).read_bytes().splitlines(), 1):
            example = json.loads(line)
            yield from words.member_findings(example, *words.OBJECTS["example"], f"{example_file}:{number}")
            if set(example.get("object", ())) == {"file"}:
                named.add(example["object"]["file"])
    yield from (f"{path}: named and not there" for path in sorted(named - present - {"README.md"}))
    yield from (f"{path}: there and not named" for path in sorted(present - named) if not path.endswith(".data"))
    if manifest["model"]["file"] in present:
        yield from _graph_findings(folder / manifest["model"]["file"], manifest)


def _named_files(value):
    """Every `"file": path` of a manifest."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("lineage", "policy"):
                continue
            if name == "file" and isinstance(inner, str):
                yield inner
            else:
                yield from _named_files(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named_files(inner)


def _graph_findings(path, manifest):
    if PurePosixPath(path).suffix != ".onnx":
        return
    graph = onnx.load(path, load_external_data=False).graph
    constants = {c.name for c in graph.initializer}
    inputs = {i.name: len(i.type.tensor_type.shape.dim) for i in graph.input if i.name not in constants}
    outputs = {o.name for o in graph.output}
    bound = {t["name"]: t for t in manifest.get("tensors", [])}
    if manifest["input"].get("object") != "tensors" and set(bound) != set(inputs):
        yield f"tensors: the model takes {sorted(inputs)}, bound are {sorted(bound)}"
    for name, tensor in bound.items():
        if "shape" in tensor and inputs.get(name, len(tensor["shape"])) != len(tensor["shape"]):
            yield f"tensors: {name!r} has {len(tensor['shape'])} dimensions, the model's has {inputs[name]}"
    output = manifest["output"]
    wanted = [output[k] for k in ("probabilities", "logits", "tensor") if k in output] + output.get("names", [])
    yield from (f"output: the model has no output {n!r}; it has {sorted(outputs)}" for n in wanted if n not in outputs)


def extension(raw: bytes) -> str:
    """The file extension of a raw image by its first bytes; `eml` for everything else."""
    return next((ext for magic, ext in _MAGIC.items() if raw.startswith(magic)), "eml")


def render(value) -> str:
    """A manifest as JSON that people read and diff: a step, a field, a tensor on one line each."""
    return _render(value, 0) + "\n"


def _render(value, depth: int) -> str:
    flat = json.dumps(value, ensure_ascii=False, allow_nan=False)
    nested = depth < 2 or (depth == 2 and len(flat) > 120 and _has_objects(value))
    if not nested or not isinstance(value, (dict, list)) or not value:
        return flat
    pad = "  " * (depth + 1)
    if isinstance(value, dict):
        inner = [f"{pad}{json.dumps(k)}: {_render(v, depth + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(inner) + "\n" + "  " * depth + "}"
    inner = [pad + _render(v, depth + 1) for v in value]
    return "[\n" + ",\n".join(inner) + "\n" + "  " * depth + "]"


def _has_objects(value) -> bool:
    return isinstance(value, list) and any(isinstance(v, dict) for v in value)


def _lines(rows: list[dict]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows).encode()
