"""Every committed bundle answers as its training library did."""

import base64
import json
from pathlib import Path

import pytest
from interpreter import Interpreter, difference, within

from slipway.pack import check, digest

ROOT = Path(__file__).resolve().parent.parent
OBJECTS = ["customer", "review", "mail", "image"]
BUNDLES = [f"{name}/{version}" for name in OBJECTS for version in ("v1", "v2")]


def cases(name):
    """(raw object, {version: output}, tolerance) of every held-out case."""
    for line in (ROOT / name / "cases.jsonl").read_bytes().splitlines():
        case = json.loads(line)
        encoded = case.get("raw_b64", case.get("image_b64"))
        yield base64.b64decode(encoded) if encoded else case["object"], case, case["tolerance"]


@pytest.mark.parametrize("path", [*BUNDLES, "customer/skewed"])
def test_bundle_is_valid(path):
    assert check(ROOT / path) == []


@pytest.mark.parametrize("path", BUNDLES)
def test_examples_hold(path):
    bundle = Interpreter(ROOT / path)
    answers = [(expected, bundle.answer(given), tolerance) for given, expected, tolerance in bundle.examples()]
    assert len(answers) == 20
    assert all(within(*answer) for answer in answers), max(difference(e, f) for e, f, _ in answers)


@pytest.mark.parametrize("path", BUNDLES)
def test_held_out_cases_hold(path):
    name, version = path.split("/")
    bundle = Interpreter(ROOT / path)
    answers = [(case[version], bundle.answer(given), tolerance) for given, case, tolerance in cases(name)]
    assert len(answers) >= 20
    assert all(within(*answer) for answer in answers), max(difference(e, f) for e, f, _ in answers)


def test_skewed_bundle_breaks_its_examples():
    bundle = Interpreter(ROOT / "customer" / "skewed")
    broken = [not within(expected, bundle.answer(given), t) for given, expected, t in bundle.examples()]
    assert sum(broken) > 15


@pytest.mark.parametrize("name", OBJECTS)
def test_versions_differ_in_preprocessing(name):
    first, second = (Interpreter(ROOT / name / v).manifest for v in ("v1", "v2"))
    assert first["preprocessing"] != second["preprocessing"]
    assert first["input"] == second["input"]
    assert first["model"]["name"] == second["model"]["name"]


@pytest.mark.parametrize("path", BUNDLES)
def test_lineage_is_complete(path):
    lineage = Interpreter(ROOT / path).manifest["lineage"]
    assert set(lineage) == {"code", "data", "parameters", "metrics", "environment", "training"}
    assert len(lineage["code"]["commit"]) == 40 and lineage["code"]["dirty"] is False
    assert all(len(entry["sha256"]) == 64 and entry["rows"] > 6000 for entry in lineage["data"])


def test_samples_are_small_and_excerpts_short():
    sizes = [f.stat().st_size for name in OBJECTS for f in (ROOT / name).rglob("*") if f.is_file()]
    assert sum(sizes) < 4 << 20
    for file in (ROOT / "review").rglob("*.jsonl"):
        for line in file.read_bytes().splitlines():
            row = json.loads(line)
            assert len(row.get("object", row)["text"]) <= 600


def test_every_bundle_has_a_digest_of_its_own():
    assert len({digest(ROOT / path) for path in [*BUNDLES, "customer/skewed"]}) == len(BUNDLES) + 1
