"""The packager: what it declares answers as scikit-learn does, what it can't it refuses by name."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from interpreter import Interpreter, within
from onnx import TensorProto, helper, numpy_helper
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)
from tokenizers import BertWordPieceTokenizer

from slipway.pack import (
    Bundle,
    CannotDeclare,
    Example,
    InvalidBundle,
    Run,
    SklearnModel,
    check,
    digest,
    frame,
    step,
    transformer_bundle,
    write_zip,
)
from slipway.pack.raw import columns

CHANCE = np.random.default_rng(3)
INPUT = {
    "object": "record",
    "fields": [
        {"name": "a", "type": "number", "nullable": True},
        {"name": "b", "type": "number"},
        {"name": "kind", "type": "string", "nullable": True},
        {"name": "text", "type": "string"},
    ],
}
WORDS = "Café étude film FILM is great a _x_ 10 über naïve".split()


def _row(i):
    return {
        "a": None if i % 7 == 0 else round(float(CHANCE.normal(3, 2)), 1),
        "b": round(float(CHANCE.uniform(0, 9)), 2),
        "kind": [None, "red", "green", "blue"][i % 4],
        "text": " ".join(CHANCE.choice(WORDS, 5)),
    }


ROWS = [_row(i) for i in range(80)]
TARGET = np.array([int(r["b"] + (r["a"] or 0) > 7) for r in ROWS])
ODD = [
    {"a": 1e6, "b": -4, "kind": "violet", "text": ""},
    {"a": None, "b": 0, "kind": None, "text": "ÉTUDE, étude; film\nİstanbul 10 10"},
]


def blank():
    return SimpleImputer(strategy="constant", fill_value="")


def mean():
    return SimpleImputer(strategy="mean")


def bins(encode):
    new = "quantile_method" in KBinsDiscretizer().get_params()
    return KBinsDiscretizer(4, encode=encode, **({"quantile_method": "averaged_inverted_cdf"} if new else {}))


NUMBERS = ["a", "b"]
TRANSFORMERS = {
    "standard": (make_pipeline(mean(), StandardScaler()), NUMBERS),
    "standard without mean": (make_pipeline(mean(), StandardScaler(with_mean=False)), NUMBERS),
    "standard without scale": (make_pipeline(mean(), StandardScaler(with_std=False)), NUMBERS),
    "robust": (make_pipeline(mean(), RobustScaler()), NUMBERS),
    "robust without centre": (make_pipeline(mean(), RobustScaler(with_centering=False)), NUMBERS),
    "max abs": (make_pipeline(mean(), MaxAbsScaler()), NUMBERS),
    "min max": (make_pipeline(mean(), MinMaxScaler((-1, 2), clip=True)), NUMBERS),
    "quantile": (make_pipeline(mean(), QuantileTransformer(n_quantiles=20)), NUMBERS),
    "bins": (make_pipeline(mean(), bins("ordinal")), NUMBERS),
    "bins one-hot": (make_pipeline(mean(), bins("onehot")), NUMBERS),
    "indicator": (SimpleImputer(add_indicator=True), NUMBERS),
    "functions": (make_pipeline(FunctionTransformer(np.abs), mean(), FunctionTransformer(np.sqrt)), NUMBERS),
    "passthrough": ("passthrough", ["b"]),
    "union": (make_pipeline(mean(), FeatureUnion([("s", StandardScaler()), ("m", MinMaxScaler())])), NUMBERS),
    "nested": (ColumnTransformer([("x", mean(), ["a"])], remainder="passthrough"), NUMBERS),
    "one-hot": (make_pipeline(blank(), OneHotEncoder(handle_unknown="ignore")), ["kind"]),
    "one-hot of null": (OneHotEncoder(handle_unknown="ignore"), ["kind"]),
    "scaled one-hot": (make_pipeline(bins("onehot-dense"), StandardScaler()), ["b"]),
    "one-hot less the first": (make_pipeline(blank(), OneHotEncoder(handle_unknown="ignore", drop="first")), ["kind"]),
    "ordinal": (
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-2, encoded_missing_value=-1),
        ["kind"],
    ),
    "target": (make_pipeline(blank(), TargetEncoder()), ["kind"]),
    "tfidf": (TfidfVectorizer(), "text"),
    "tfidf of pairs": (TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, strip_accents="unicode"), "text"),
    "tfidf of counts": (
        TfidfVectorizer(use_idf=False, norm="l1", lowercase=False, token_pattern=r"(?u)\b\w+\b"),
        "text",
    ),
    "hashing": (HashingVectorizer(n_features=64), "text"),
    "hashing of pairs": (HashingVectorizer(n_features=32, ngram_range=(2, 2), alternate_sign=False, norm="l1"), "text"),
}


def model(transformer, columns, estimator=None):
    """A model fitted on one transformer beside the plain column `b`."""
    before = [step("number", NUMBERS if "a" in columns else ["b"])]
    before += [step("category", "kind")] if "kind" in columns else []
    chosen = ColumnTransformer([("one", transformer, columns), ("plain", "passthrough", ["b"])])
    fitted = make_pipeline(chosen, estimator or LogisticRegression()).fit(frame(INPUT, before, ROWS), TARGET)
    return SklearnModel("test", INPUT, before, fitted, labels=("no", "yes"))


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_declared_steps_answer_as_scikit_learn(name, tmp_path):
    packed = model(*TRANSFORMERS[name])
    rows = ROWS[:20] + ODD
    packed.bundle(rows).write(tmp_path / "b")
    bundle = Interpreter(tmp_path / "b")
    answers = [(e, bundle.answer(o), t) for o, e, t in bundle.examples()]
    assert len(answers) == len(rows)
    assert [(e, f) for e, f, t in answers if not within(e, f, t)] == []


def test_onnx_is_repeatable():
    code = (
        "import hashlib, numpy as np; from lightgbm import LGBMClassifier; from slipway.pack import estimator_to_onnx\n"
        "x = np.arange(80.0).reshape(40, 2); y = np.arange(40) % 2\n"
        "print(hashlib.sha256(estimator_to_onnx(LGBMClassifier(verbose=-1).fit(x, y), 2, 'm')).hexdigest())"
    )
    runs = (
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(4)
    )
    assert len(set(runs)) == 1


def test_regressor(tmp_path):
    packed = model(make_pipeline(mean(), StandardScaler()), NUMBERS, LinearRegression())
    packed.bundle(ROWS[:5]).write(tmp_path / "b")
    bundle = Interpreter(tmp_path / "b")
    assert bundle.manifest["model"]["task"] == "regression"
    assert all(within(e, bundle.answer(o), t) for o, e, t in bundle.examples())


@pytest.mark.parametrize(
    ("transformer", "columns", "message"),
    [
        (make_pipeline(mean(), PCA(1)), NUMBERS, "PCA has no declared step"),
        (make_pipeline(mean(), PolynomialFeatures()), NUMBERS, "PolynomialFeatures has no declared step"),
        (
            make_pipeline(mean(), QuantileTransformer(n_quantiles=9, output_distribution="normal")),
            NUMBERS,
            "output_distribution='normal'",
        ),
        (make_pipeline(blank(), OneHotEncoder(max_categories=2)), ["kind"], "max_categories=2"),
        (make_pipeline(bins("ordinal"), OneHotEncoder(handle_unknown="ignore")), ["b"], "not a string"),
        (make_pipeline(bins("onehot-dense"), SimpleImputer()), ["b"], "makes a vector"),
        (FunctionTransformer(np.cbrt), ["b"], "cbrt"),
        (TfidfVectorizer(analyzer="char"), "text", "analyzer='char'"),
        (TfidfVectorizer(stop_words=["is"]), "text", "stop_words"),
        (TfidfVectorizer(binary=True), "text", "binary=True"),
    ],
)
def test_refuses_by_name(transformer, columns, message):
    with pytest.raises(CannotDeclare, match=message.replace("(", r"\(")):
        model(transformer, columns).bundle(ROWS[:2])


def doubling() -> bytes:
    """A graph of one node: y = x + x, [batch, 2]."""
    shape = ["batch", 2]
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "x"], ["y"])],
        "doubling",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()


def plain(**more) -> Bundle:
    """Any ONNX graph with declared steps."""
    fields = [{"name": n, "type": "number"} for n in "ab"]
    return Bundle(**{
        "name": "double",
        "onnx": doubling(),
        "input": {"object": "record", "fields": fields},
        "steps": [step("concat", ["a", "b"], "v")],
        "tensors": [{"name": "x", "from": "v", "shape": [-1, 2]}],
        "output": {"labels": ["a", "b"], "logits": "y", "activation": "softmax"},
        "examples": [Example({"a": 0, "b": 0}, {"label": "a", "probabilities": {"a": 0.5, "b": 0.5}})],
        **more,
    })  # fmt: skip


def test_any_graph(tmp_path):
    plain().write(tmp_path / "b")
    bundle = Interpreter(tmp_path / "b")
    assert all(within(e, bundle.answer(o), t) for o, e, t in bundle.examples())


def test_tokenizer_and_graph(tmp_path):
    texts = ["a great film", "a dull film", "great, great fun", "dull and long"]
    tokenizer = BertWordPieceTokenizer(lowercase=True)
    tokenizer.train_from_iterator(texts, vocab_size=80, show_progress=False)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    table = CHANCE.normal(size=(tokenizer.get_vocab_size(), 2)).astype(np.float32)
    ids = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "tokens"])]
    logits = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 2])]
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("ReduceMean", ["rows"], ["logits"], axes=[1], keepdims=0),
    ]
    graph = helper.make_graph(nodes, "bag", ids, logits, [numpy_helper.from_array(table, "table")])
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), tmp_path / "bag.onnx"
    )

    def expect(text):
        scores = np.exp(table[tokenizer.encode(text).ids].astype(float).mean(axis=0))
        shares = scores / scores.sum()
        return {
            "label": ["no", "yes"][int(shares.argmax())],
            "probabilities": dict(zip(["no", "yes"], shares.tolist())),
        }

    examples = [Example({"text": t}, expect(t)) for t in [*texts, "Ein großer Film"]]
    bundle = transformer_bundle(
        "bag", tmp_path / "tokenizer.json", tmp_path / "bag.onnx",
        {"object": "record", "fields": [{"name": "text", "type": "string"}]}, "text", ["no", "yes"],
        max_length=32, examples=examples,
    )  # fmt: skip
    bundle.write(tmp_path / "b")
    found = Interpreter(tmp_path / "b")
    assert all(within(e, found.answer(o), t) for o, e, t in found.examples())


def test_zip_is_deterministic_and_named_by_its_content(tmp_path):
    written = plain().write(tmp_path / "b")
    for name in ("one.zip", "two.zip"):
        (tmp_path / "b" / "model.onnx").touch()
        assert write_zip(tmp_path / "b", tmp_path / name) == written
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    lines = []
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["bundle.json", "examples.jsonl", "model.onnx"]
        for name in archive.namelist():
            data = archive.read(name)
            lines.append(f"{hashlib.sha256(data).hexdigest()} {len(data)} {name}\n")
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == written


def test_digest_sorts_by_the_bytes_of_the_path(tmp_path):
    for name in ("b/a", "b.txt", "ä", "Z"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    order = ["Z", "b.txt", "b/a", "ä"]
    lines = (f"{hashlib.sha256(n.encode()).hexdigest()} {len(n.encode())} {n}\n" for n in order)
    assert digest(tmp_path) == hashlib.sha256("".join(lines).encode()).hexdigest()


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda m: m.update(inputs={}), "bundle.json: unknown member 'inputs'"),
        (lambda m: m.pop("output"), "bundle.json: 'output' is missing"),
        (lambda m: m["preprocessing"].append({"op": "scale", "in": "v"}), "preprocessing/1: there is no step 'scale'"),
        (lambda m: m["preprocessing"][0].update(axis=1), "preprocessing/0 (concat): unknown member 'axis'"),
        (
            lambda m: m["preprocessing"][0].update({"in": ["a", "c"]}),
            "preprocessing/0 (concat): there is no column 'c' here",
        ),
        (
            lambda m: m["preprocessing"].append({"op": "sqrt", "in": "a", "out": "r"}),
            "preprocessing/1 (sqrt): the column 'r' is written and never read",
        ),
        (lambda m: m["input"]["fields"][0].update(type="float"), "input/fields/0: there is no type 'float'"),
        (lambda m: m["input"]["fields"][0].update(nulable=True), "input/fields/0: unknown member 'nulable'"),
        (lambda m: m["input"]["fields"][0].update(name="b"), "input: the field 'b' is declared twice"),
        (lambda m: m["tensors"][0].update(name="z"), "tensors: the model takes ['x'], bound are ['z']"),
        (lambda m: m["tensors"][0].update(shape=[-1]), "tensors: 'x' has 1 dimensions, the model's has 2"),
        (lambda m: m["output"].update(logits="p"), "output: the model has no output 'p'; it has ['y']"),
        (lambda m: m["examples"].update(file="gone.jsonl"), "gone.jsonl: named and not there"),
        (lambda m: m.pop("examples"), "examples.jsonl: there and not named"),
        (lambda m: m.update(lineage={"author": "x"}), "lineage: unknown member 'author'"),
    ],
)
def test_check_finds(change, finding, tmp_path):
    plain().write(tmp_path / "b")
    file = tmp_path / "b" / "bundle.json"
    manifest = json.loads(file.read_text("utf-8"))
    change(manifest)
    file.write_text(json.dumps(manifest), "utf-8")
    assert finding in check(tmp_path / "b")
    with pytest.raises(InvalidBundle):
        write_zip(tmp_path / "b", tmp_path / "b.zip")


def test_step_refuses_unknown_words():
    with pytest.raises(ValueError, match="no step 'scale'"):
        step("scale", "a")
    with pytest.raises(ValueError, match="'mean' is missing"):
        step("standard_scale", "a", scale=[1.0])


def test_write_spares_a_folder_that_is_no_bundle(tmp_path):
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        plain().write(tmp_path)
    assert (tmp_path / "precious.txt").exists()


def test_command_line(tmp_path):
    written = plain().write(tmp_path / "b")

    def run(*arguments):
        command = [sys.executable, "-m", "slipway.pack", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    packed = run(tmp_path / "b", "-o", tmp_path / "b.zip")
    assert (packed.returncode, packed.stdout) == (0, f"sha256:{written}\n")
    (tmp_path / "b" / "model.onnx").unlink()
    broken = run(tmp_path / "b")
    assert (broken.returncode, broken.stderr) == (1, "model.onnx: named and not there\n")


def test_run_can_be_repeated(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    lineage = Run(__file__).lineage([], {"C": 1.0}, {"auc": 0.9}, ["numpy"], parents=["m/1"])
    assert lineage["training"] == {"started": "2020-09-13T12:26:40Z", "ended": "2020-09-13T12:26:40Z"}
    assert lineage["environment"]["packages"] == [f"numpy=={np.__version__}"]
    assert lineage["code"]["entrypoint"].endswith("test_pack.py")
    assert lineage["parents"] == ["m/1"]


def test_the_example_of_the_readme(tmp_path, monkeypatch):
    readme = (Path(__file__).resolve().parent.parent / "README.md").read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    one, two = (part.split("```")[0] for part in readme.split("```python\n")[1:])
    exec(compile(one, "README.md", "exec"), {})
    assert zipfile.is_zipfile("wine.zip")
    Path("wine.zip").unlink()
    exec(compile(two, "README.md", "exec"), {})
    bundle = Interpreter("wine")
    assert all(within(e, bundle.answer(o), t) for o, e, t in bundle.examples())
    assert zipfile.is_zipfile("wine.zip")


def test_months_between_ignores_the_day_of_the_month_as_the_server_does():
    declared = {"object": "record", "fields": [{"name": "since", "type": "date", "nullable": True}]}
    steps = [step("months_between", "since", "months", ref="2020-02-01")]
    days = ["2019-12-31", "2020-01-15", "2020-02-29", "2018-02-01", None]
    table = columns(declared, steps, [{"since": day} for day in days])
    np.testing.assert_array_equal(table["months"], [2.0, 1.0, 0.0, 24.0, np.nan])
