"""The words of format 1: which members a manifest, a field, a step may have.

`vocabulary.json` says so. It is generated from the records by which the server reads a manifest, and
a test of the server compares the two.
"""

import json
from importlib import resources

_WORDS = json.loads(resources.files(__package__).joinpath("vocabulary.json").read_text("utf-8"))

FORMAT: str = _WORDS["format"]


def _table(name: str) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """{name: (required members, optional members)}."""
    return {key: (frozenset(m["required"]), frozenset(m["optional"])) for key, m in _WORDS[name].items()}


#: The parts of a manifest, and a line of the examples' file.
OBJECTS = _table("objects") | {"example": (frozenset({"object", "output"}), frozenset({"tolerance"}))}
INPUTS = _table("inputs")
FIELDS = _table("fields")
OUTPUTS = _table("outputs")
STEPS = _table("steps")

MAIL_COLUMNS = ("subject", "sender", "text", "n_parts", "n_attachments", "has_html")


def step(op: str, columns=None, out=None, **parameters) -> dict:
    """A step as the manifest declares it; without `out` it writes in place. Parameters that are None
    are left out, but for `norm`, whose null means none.

    Raises ValueError for an unknown op, an unknown parameter or one that is missing.
    """
    declared = {"op": op, "in": columns, "out": out, **parameters}
    declared = {k: list(v) if isinstance(v, tuple) else v for k, v in declared.items() if v is not None or k == "norm"}
    if findings := list(step_findings(declared, "step")):
        raise ValueError("; ".join(findings))
    return declared


def step_findings(declared: dict, where: str):
    """What is wrong with the words of one step, as sentences that begin with `where`."""
    op = declared.get("op")
    if op not in STEPS:
        yield f"{where}: there is no step {op!r}"
        return
    required, optional = STEPS[op]
    yield from member_findings(declared, required | {"op"}, optional, f"{where} ({op})")


def member_findings(value, required, optional, where: str):
    """The members of the object `value` that are unknown or missing, as sentences."""
    if not isinstance(value, dict):
        yield f"{where}: an object is expected"
        return
    for name in sorted(set(value) - required - optional):
        yield f"{where}: unknown member {name!r}"
    for name in sorted(set(required) - set(value)):
        yield f"{where}: {name!r} is missing"


def reads(declared: dict) -> list[str]:
    """The columns that a step reads, `ref_field` included."""
    columns = _names(declared.get("in", "image"))
    return columns + ([declared["ref_field"]] if "ref_field" in declared else [])


def writes(declared: dict) -> list[str]:
    """The columns that a step writes."""
    if declared["op"] == "count_matches":
        return list(declared["counts"])
    return _names(declared.get("out", declared.get("in", "image")))


def _names(value) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
