"""`slipway.package`: one call makes a bundle whose examples are the library's own answers."""

import hashlib
import json
import subprocess
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest
from interpreter import Interpreter, within
from lightgbm import LGBMClassifier
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

import slipway
from slipway.pack import CannotDeclare
from slipway.pack.lineage import _without_secrets

CHANCE = np.random.default_rng(5)
SIZE = 240


def customers() -> pd.DataFrame:
    """Numbers, whole numbers with nulls, booleans, texts with nulls, categories, and a time that no model reads."""
    return pd.DataFrame(
        {
            "age": CHANCE.integers(18, 90, SIZE),
            "spent": np.where(np.arange(SIZE) % 9 == 0, np.nan, CHANCE.gamma(2, 100, SIZE)),
            "children": np.where(np.arange(SIZE) % 11 == 0, np.nan, CHANCE.integers(0, 4, SIZE)),
            "member": CHANCE.random(SIZE) > 0.5,
            "plan": pd.Series(CHANCE.choice(["basic", "plus", "pro"], SIZE)).where(np.arange(SIZE) % 13 > 0, np.nan),
            "region": pd.Categorical(CHANCE.choice(["north", "south"], SIZE)),
            "since": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(SIZE), "D"),
        }
    )


def preparing() -> ColumnTransformer:
    return ColumnTransformer(
        [
            ("number", make_pipeline(SimpleImputer(), FunctionTransformer(np.log1p), StandardScaler()), ["spent"]),
            ("age", StandardScaler(), ["age"]),
            ("member", "passthrough", ["member"]),
            ("kind", OneHotEncoder(handle_unknown="ignore"), ["plan", "region", "children"]),
        ]
    )


def holds(bundle, folder) -> Interpreter:
    """The bundle as written; every example is reproduced."""
    bundle.write(folder)
    found = Interpreter(folder)
    assert found.manifest["examples"]
    for given, expected, tolerance in found.examples():
        assert within(expected, found.answer(given), tolerance), given
    return found


def test_a_pipeline_on_a_frame_is_one_call(tmp_path):
    table = customers()
    target = np.where(table["spent"].fillna(150) + table["age"] > 250, "leaves", "stays")
    fitted = make_pipeline(preparing(), LogisticRegression(max_iter=500)).fit(table[:180], target[:180])
    bundle = slipway.package(fitted, table[:180], target[:180], name="churn", X_test=table[180:], y_test=target[180:])
    found = holds(bundle, tmp_path / "b")
    fields = {f["name"]: f for f in found.manifest["input"]["fields"]}
    assert {n: f["type"] for n, f in fields.items()} == {
        "age": "integer", "spent": "number", "children": "integer", "member": "boolean", "plan": "string",
        "region": "category",
    }  # fmt: skip
    assert {n for n, f in fields.items() if f.get("nullable")} == {"spent", "children", "plan"}
    assert fields["spent"]["min"] == 0
    assert found.manifest["output"]["labels"] == ["leaves", "stays"]
    examples = [e.object for e in bundle.examples]
    assert len(examples) == 32
    for name in ("spent", "children", "plan"):
        assert any(e[name] is None for e in examples)
    for name in ("age", "spent"):
        values = {e[name] for e in examples}
        assert {table[name][:180].min(), table[name][:180].max()} <= values
    assert {e["plan"] for e in examples} == {None, "basic", "plus", "pro"}
    assert len(bundle.reference) == 60 and bundle.reference[0]["split"] == "test"
    assert bundle.reference[0]["actual"] in ("leaves", "stays")
    lineage = bundle.lineage
    assert set(lineage["metrics"]) == {"accuracy", "log_loss", "auc", "test_rows"}
    assert lineage["parameters"] == {"estimator": "LogisticRegression", "max_iter": 500}
    assert [d["rows"] for d in lineage["data"]] == [180, 60]
    assert all(len(d["sha256"]) == 64 for d in lineage["data"])


@pytest.mark.parametrize("form", ["frame", "array", "lists"])
def test_numbers_in_any_form(form, tmp_path):
    X, y = load_breast_cancer(return_X_y=True, as_frame=form == "frame")
    X = X.rename(columns=lambda n: n.replace(" ", "_")) if form == "frame" else X.tolist() if form == "lists" else X
    fitted = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    bundle = slipway.package(fitted, X, y, name="cancer", labels=("malignant", "benign"))
    assert holds(bundle, tmp_path / "b").manifest["input"]["fields"][0]["name"] in ("mean_radius", "x0")


def test_texts_in_a_list(tmp_path):
    texts = ["a great film", "a dull film", "great fun", "dull, long and dull", ""] * 8
    fitted = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, [1, 0, 1, 0, 0] * 8)
    assert holds(slipway.package(fitted, texts, name="film"), tmp_path / "b").manifest["input"]["fields"] == [
        {"name": "text", "type": "string"}
    ]


def test_trees_and_regressors(tmp_path):
    X, y = load_iris(return_X_y=True, as_frame=True)
    holds(slipway.package(RandomForestClassifier(5, random_state=1).fit(X, y), X, y, name="iris"), tmp_path / "forest")
    holds(slipway.package(LGBMClassifier(n_estimators=5, verbose=-1).fit(X, y), X, y, name="iris"), tmp_path / "lgbm")
    X, y = load_diabetes(return_X_y=True, as_frame=True)
    fitted = GradientBoostingRegressor(n_estimators=10, random_state=1).fit(X, y)
    bundle = slipway.package(fitted, X, y, name="diabetes", X_test=X[:40], y_test=y[:40], value="progress")
    holds(bundle, tmp_path / "b")
    assert set(bundle.lineage["metrics"]) == {"r2", "mae", "rmse", "test_rows"}
    assert isinstance(bundle.reference[0]["actual"], float)


def test_the_same_data_give_the_same_bundle(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    X, y = load_iris(return_X_y=True, as_frame=True)
    fitted = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    digests = {slipway.package(fitted, X, y, name="iris").save(tmp_path / f"{i}.zip") for i in range(2)}
    assert len(digests) == 1
    assert zipfile.is_zipfile(tmp_path / "0.zip")


def test_explain_says_what_becomes_of_each_part():
    table = customers()
    target = np.arange(SIZE) % 2
    fitted = make_pipeline(preparing(), LogisticRegression()).fit(table, target)
    told = slipway.explain(fitted, table)
    assert not told.refused
    assert "(StandardScaler) → step: standard_scale" in str(told)
    assert str(told).endswith("logisticregression (LogisticRegression) → onnx: model.onnx")
    numbers = table[["age", "spent"]].fillna(0)
    fitted = make_pipeline(StandardScaler(), PCA(1), DecisionTreeClassifier()).fit(numbers, target)
    told = slipway.explain(fitted, numbers)
    assert [p.path for p in told.refused] == ["pca"]
    with pytest.raises(CannotDeclare, match="^pca: PCA has no declared step"):
        slipway.package(fitted, numbers, target, name="m")


def _of(table, transformer=None, estimator=None):
    columns = ColumnTransformer([("t", transformer or "passthrough", list(table))])
    return make_pipeline(columns, estimator or LGBMClassifier(n_estimators=2, verbose=-1))


def mixed() -> pd.DataFrame:
    values = [None if i % 5 == 0 else float("nan") if i % 7 == 0 else "a" for i in range(60)]
    return pd.DataFrame({"c": pd.Series(values, dtype=object)})


@pytest.mark.parametrize(
    ("table", "pipeline", "reason"),
    [
        (mixed(), lambda t: _of(t, OneHotEncoder()), "for null, which libraries tell apart"),
        (
            pd.DataFrame({"c": np.arange(60, dtype="float32") / 7}),
            lambda t: _of(t, StandardScaler()),
            "'c' is refused .*float32",
        ),
        (
            pd.DataFrame({"c": pd.Series([1, "a"] * 30, dtype=object)}),
            lambda t: make_pipeline(FunctionTransformer(), _of(t, FunctionTransformer(lambda f: f == 1))),
            "FunctionTransformer",
        ),
        (
            pd.DataFrame({"c": pd.Series(["a", None] * 30, dtype=object)}),
            lambda t: _of(t, make_pipeline(SimpleImputer(strategy="constant", fill_value=""), OneHotEncoder())),
            "does not replace the nulls of 'c'",
        ),
        (
            pd.DataFrame({"c": np.where(np.arange(60) % 3, 1.5, np.nan) * np.arange(60)}),
            lambda t: _of(t, "passthrough", DecisionTreeClassifier()),
            "null or NaN",
        ),
        (
            pd.DataFrame({"c": np.arange(60) / 7}),
            lambda t: _of(t, OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)),
            "'c' is number and cannot be used as categories",
        ),
        (
            pd.DataFrame({"c": np.arange(60) + 2**54}),
            lambda t: _of(t, StandardScaler()),
            r"integers beyond 2\^53",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_data_that_cannot_be_expressed_are_refused(table, pipeline, reason):
    fitted = pipeline(table).fit(table, np.arange(60) % 2)
    with pytest.raises(CannotDeclare, match=reason):
        slipway.package(fitted, table, name="m")


def test_what_is_not_fitted_or_fits_not_is_refused():
    X, y = load_iris(return_X_y=True, as_frame=True)
    with pytest.raises(CannotDeclare, match="not fitted"):
        slipway.package(LogisticRegression(), X, name="m")
    with pytest.raises(CannotDeclare, match="X has no rows"):
        slipway.package(LogisticRegression().fit(X, y), X[:0], name="m")
    with pytest.raises(CannotDeclare, match="columns that X has not"):
        slipway.package(LogisticRegression().fit(X, y), X[X.columns[:2]], name="m")


def test_a_remotes_secrets_stay_out_of_the_lineage():
    assert _without_secrets("https://me:token@git.example.com/a/b.git?t=1#x") == "https://git.example.com/a/b.git"
    assert _without_secrets("https://ghp_abc@git.example.com/a/b.git") == "https://git.example.com/a/b.git"
    assert _without_secrets("git@git.example.com:a/b.git") == "git.example.com:a/b.git"
    assert _without_secrets("ssh://me@git.example.com:22/a/b.git") == "ssh://git.example.com:22/a/b.git"
    assert _without_secrets("/home/me/b") == ""
    assert _without_secrets("") == ""


def test_importing_the_package_imports_no_library():
    code = "import sys, slipway; print([m for m in ('numpy', 'pandas', 'sklearn', 'onnx') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_digest_of_data_changes_with_a_value():
    X, y = load_iris(return_X_y=True, as_frame=True)
    fitted = LogisticRegression(max_iter=500).fit(X, y)
    first = slipway.package(fitted, X, y, name="m").lineage["data"][0]["sha256"]
    other = X.copy()
    other.iloc[3, 1] += 1
    assert first != slipway.package(fitted, other, y, name="m").lineage["data"][0]["sha256"]
    assert len(bytes.fromhex(first)) == hashlib.sha256().digest_size
    assert json.dumps(first)
