"""What is declared answers as scikit-learn does, by the gateway's own code: `slipway check` runs every row.

Needs a build of the server; the tests are skipped where there is none. `SLIPWAY_LAUNCHER` names another.
"""

import math
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from onnx import TensorProto, helper
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import ExtraTreesRegressor, GradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)
from sklearn.tree import DecisionTreeRegressor
from test_pack import INPUT, WORDS, bins, blank, mean

from slipway.pack import Bundle, Example, SklearnModel, frame, step
from slipway.pack.declare import Declaration
from slipway.pack.graph import prove

ROOT = Path(__file__).resolve().parents[3]
LAUNCHER = os.environ.get("SLIPWAY_LAUNCHER") or str(ROOT / "slipway")
BUILT = bool(os.environ.get("SLIPWAY_LAUNCHER")) or (ROOT / "target" / "quarkus-app" / "quarkus-run.jar").exists()
pytestmark = pytest.mark.skipif(not BUILT, reason="the server is not built")

CHANCE = np.random.default_rng(29)
BEFORE = [step("number", ["a", "b"]), step("category", "kind")]
#: JSON has no NaN: the graph writes this number for it.
NAN = -987654.0


def _row(i):
    extremes = [1e15, -1e15, 1e-300, -1e-300, 0.0, -0.0, 1.7e18, 2**53 + 2.0]
    text = " ".join(CHANCE.choice([*WORDS, "İstanbul", "ΣΊΣΥΦΟΣ", "10", "a", "née", "_", "naïve,film", "東京"], 6))
    return {
        "a": None if i % 5 == 0 else extremes[i % 8] if i % 11 == 0 else float(CHANCE.normal(3, 2)),
        "b": extremes[i % 8] if i % 13 == 0 else float(CHANCE.uniform(0, 9)),
        "kind": [None, "red", "green", "blue", "violet", "", "Red"][i % 7],
        "text": "" if i % 17 == 0 else text,
    }


TRAINED = [_row(i) for i in range(300) if i % 11 and i % 13]
TRAINED = [r for r in TRAINED if r["kind"] in (None, "red", "green", "blue")]
TARGET = np.array([int(r["b"] + (r["a"] or 0) > 7) for r in TRAINED])
ROWS = [_row(i) for i in range(1000)]

ab, kind = ["a", "b"], ["kind"]
IGNORE = {"handle_unknown": "ignore"}
TRANSFORMERS = {
    "standard": (StandardScaler(), ab),
    "standard_no_mean": (StandardScaler(with_mean=False), ab),
    "standard_no_scale": (StandardScaler(with_std=False), ab),
    "robust": (RobustScaler(), ab),
    "robust_unit": (RobustScaler(quantile_range=(10, 90), unit_variance=True), ab),
    "robust_no_scale": (RobustScaler(with_scaling=False), ab),
    "max_abs": (MaxAbsScaler(), ab),
    "min_max": (MinMaxScaler((-1, 2)), ab),
    "min_max_clip": (MinMaxScaler(clip=True), ab),
    "impute_mean": (SimpleImputer(), ab),
    "impute_median": (SimpleImputer(strategy="median", add_indicator=True), ab),
    "impute_constant": (SimpleImputer(strategy="constant", fill_value=-7), ab),
    "indicator": (MissingIndicator(features="all"), ab),
    "quantile": (QuantileTransformer(n_quantiles=50), ab),
    "bins": (make_pipeline(mean(), bins("ordinal")), ab),
    "bins_one_hot": (make_pipeline(mean(), bins("onehot-dense")), ab),
    "bins_uniform": (make_pipeline(mean(), KBinsDiscretizer(5, encode="onehot", strategy="uniform")), ab),
    "scaled_bins": (make_pipeline(mean(), bins("onehot-dense"), StandardScaler()), ab),
    "abs": (FunctionTransformer(np.abs), ab),
    "log1p": (make_pipeline(FunctionTransformer(np.abs), FunctionTransformer(np.log1p)), ab),
    "sqrt": (make_pipeline(FunctionTransformer(np.abs), FunctionTransformer(np.sqrt)), ab),
    "square": (FunctionTransformer(np.square), ["b"]),
    "union": (FeatureUnion([("s", StandardScaler()), ("m", MinMaxScaler()), ("p", "passthrough")]), ab),
    "nested": (ColumnTransformer([("x", mean(), ["a"]), ("gone", "drop", ["b"])], remainder="passthrough"), ab),
    "masked": (ColumnTransformer([("x", StandardScaler(), [False, True])]), ab),
    "one_hot_null": (OneHotEncoder(**IGNORE), kind),
    "one_hot": (make_pipeline(blank(), OneHotEncoder(**IGNORE)), kind),
    "one_hot_first": (make_pipeline(blank(), OneHotEncoder(drop="first", **IGNORE)), kind),
    "one_hot_binary": (make_pipeline(blank(), OneHotEncoder(drop="if_binary", **IGNORE)), kind),
    "one_hot_dense": (OneHotEncoder(sparse_output=False, categories=[["green", "red"]], **IGNORE), kind),
    "ordinal": (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-2), kind),
    "ordinal_missing": (
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-2, encoded_missing_value=-1),
        kind,
    ),
    "target": (make_pipeline(blank(), TargetEncoder(target_type="binary")), kind),
    "tfidf": (TfidfVectorizer(), "text"),
    "tfidf_pairs": (TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, strip_accents="unicode"), "text"),
    "tfidf_l1": (TfidfVectorizer(norm="l1", use_idf=False, token_pattern=r"(?u)\b\w+\b"), "text"),
    "tfidf_raw": (TfidfVectorizer(norm=None, lowercase=False), "text"),
    "counts": (CountVectorizer(), "text"),
    "hashing": (HashingVectorizer(n_features=32), "text"),
    "hashing_counts": (HashingVectorizer(n_features=16, norm=None, alternate_sign=False), "text"),
}


def checked(folder) -> str:
    """What `slipway check` says of a bundle; fails where it refuses it."""
    run = subprocess.run([LAUNCHER, "check", str(folder)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, (run.stdout + run.stderr)[:3000]
    return run.stdout


def identity(width: int) -> bytes:
    """y = features, and `NAN` for NaN."""
    shape = ["batch", width]
    nodes = [
        helper.make_node("IsNaN", ["features"], ["nan"]),
        helper.make_node("Where", ["nan", "instead", "features"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "identity",
        [helper.make_tensor_value_info("features", TensorProto.DOUBLE, shape)],
        [helper.make_tensor_value_info("y", TensorProto.DOUBLE, shape)],
        [helper.make_tensor("instead", TensorProto.DOUBLE, [], [NAN])],
    )
    opsets = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()


def test_every_transformer_answers_as_scikit_learn_on_nulls_unknowns_and_extremes(tmp_path):
    assert len(TRANSFORMERS) >= 30
    columns = ColumnTransformer([(name, *branch) for name, branch in TRANSFORMERS.items()])
    columns.fit(frame(INPUT, BEFORE, TRAINED), TARGET)
    declaration = Declaration([f["name"] for f in INPUT["fields"]], nullable={"a", "kind"})
    vector, width = declaration.features(columns, list(columns.feature_names_in_))
    with np.errstate(all="ignore"):
        expected = columns.transform(frame(INPUT, BEFORE, ROWS))
    expected = np.asarray(expected.todense() if hasattr(expected, "todense") else expected)
    expected = np.where(np.isnan(expected), NAN, expected)
    bundle = Bundle(
        name="transformers",
        onnx=identity(width),
        input=INPUT,
        steps=BEFORE + declaration.steps,
        tensors=[{"name": "features", "from": vector, "dtype": "float64", "shape": [-1, width]}],
        output={"kind": "tensors", "names": ["y"]},
        examples=[Example(o, {"y": row.tolist()}) for o, row in zip(ROWS, expected)],
        tolerance=1e-9,
        task="features",
        files=declaration.files,
    )
    bundle.write(tmp_path / "b")
    assert f"{len(ROWS)} golden examples reproduced" in checked(tmp_path / "b")


def classifiers():
    """Estimators that say how probable each class is."""
    yield LogisticRegression()
    yield SGDClassifier(loss="log_loss", random_state=1)
    yield GaussianNB()
    yield MLPClassifier((5,), max_iter=50, random_state=1)
    yield RandomForestClassifier(5, random_state=1)
    yield GradientBoostingClassifier(n_estimators=5, random_state=1)
    yield LGBMClassifier(n_estimators=5, min_child_samples=3, verbose=-1)
    try:
        from xgboost import XGBClassifier

        yield XGBClassifier(n_estimators=5)
    except ImportError:
        pass
    try:
        from catboost import CatBoostClassifier

        yield CatBoostClassifier(iterations=5, verbose=0, allow_writing_files=False)
    except ImportError:
        pass


def regressors():
    """Estimators of a number."""
    yield LinearRegression()
    yield ElasticNet(alpha=0.01)
    yield DecisionTreeRegressor(max_depth=4)
    yield ExtraTreesRegressor(5, random_state=1)
    yield LGBMRegressor(n_estimators=5, min_child_samples=3, verbose=-1)


CHECKED = ("LogisticRegression", "MLPClassifier", "GradientBoostingClassifier", "LGBMClassifier", "XGBClassifier",
           "CatBoostClassifier", "DecisionTreeRegressor")  # fmt: skip


@pytest.mark.filterwarnings("ignore")
def test_every_kind_of_estimator_answers_as_its_library(tmp_path):
    given = frame(INPUT, BEFORE[:1], TRAINED)
    rows = [r for r in ROWS if abs(r["a"] or 0) < 100 and abs(r["b"]) < 100]
    for estimator in [*classifiers(), *regressors()]:
        columns = ColumnTransformer([("n", make_pipeline(mean(), StandardScaler()), ab)])
        fitted = make_pipeline(columns, estimator).fit(given, TARGET)
        bundle = SklearnModel("m", INPUT, BEFORE[:1], fitted).bundle(rows[:60])
        prove(estimator, bundle.onnx, fitted[:-1].transform(frame(INPUT, BEFORE[:1], rows)), 1e-5)
        if type(estimator).__name__ in CHECKED:
            folder = tmp_path / type(estimator).__name__
            bundle.write(folder)
            assert "60 golden examples reproduced" in checked(folder), estimator


def test_null_in_lightgbm_is_zero_where_training_had_none(tmp_path):
    given = frame(INPUT, BEFORE, TRAINED)[["b"]]
    nullable = {"object": "record", "fields": [{"name": "b", "type": "number", "nullable": True}]}
    estimator = LGBMRegressor(n_estimators=5, min_child_samples=3, verbose=-1)
    fitted = make_pipeline(StandardScaler(), estimator).fit(given, given["b"] - 4.5)
    model = SklearnModel("m", nullable, [step("number", "b")], fitted)
    assert not math.isclose(model.predict([{"b": None}])[0]["value"], model.predict([{"b": 1e9}])[0]["value"])
    model.bundle([{"b": None}, {"b": 0.1}, {"b": 8}]).write(tmp_path / "b")
    assert "3 golden examples reproduced" in checked(tmp_path / "b")
