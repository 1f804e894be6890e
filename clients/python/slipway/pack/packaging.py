"""`package`: a fitted model, with the data that it was fitted on, as a bundle in one call; `explain`: what
would become of each part."""

import hashlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.base import is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from .bundle import Bundle, Example
from .declare import Declaration, Part
from .estimator import Unwrapped, examine_estimator, labels_of, unwrap
from .graph import prove
from .lineage import Run
from .refusal import CannotDeclare, is_null, kind_of
from .schema import as_frame, objects, schema_of, spread
from .sklearn_model import answers, assemble, declare

_REFERENCE = 2000
_PROVEN = 5000


@dataclass(frozen=True)
class Explanation:
    """What becomes of each part of a model: a step, the graph, or a refusal with its reason."""

    parts: list[Part] = field(default_factory=list)

    @property
    def refused(self) -> list[Part]:
        """The parts that keep the model from being packaged."""
        return [p for p in self.parts if p.becomes == "refused"]

    def __str__(self):
        return "\n".join(map(str, self.parts))

    __repr__ = __str__


def package(
    estimator,
    X,
    y=None,
    *,
    name: str,
    X_test=None,
    y_test=None,
    golden: int = 32,
    labels=(),
    value: str = "value",
    tolerance: float = 1e-5,
    description: str | None = None,
    lineage: dict | None = None,
) -> Bundle:
    """A fitted model as a bundle that can be pushed.

    `estimator` is a fitted scikit-learn pipeline or ColumnTransformer with an estimator of
    scikit-learn, LightGBM, XGBoost or CatBoost at its end; `X` (and `y`) the data that it was fitted
    on: a DataFrame, a table of numbers, or texts. The schema has the columns that the model reads, with
    the types and nulls of `X`; other members of an object are ignored. `golden` rows, chosen to cover
    categories, nulls, minima and maxima, become golden examples with the library's own `predict` and
    `predict_proba`. The rows of `X_test`, with `y_test` as their truth, become the reference for
    drift, and give the metrics. `labels` as in SklearnModel. `lineage`
    overrides members of the lineage that is gathered.

    Raises CannotDeclare, with the part's name, for whatever cannot be expressed exactly.
    """
    if golden < 1:
        raise ValueError("golden: at least 1 example is needed")
    run = Run(_script())
    table = as_frame(X)
    if len(table) == 0:
        raise CannotDeclare("X has no rows")
    _require_fitted(estimator)
    parts = unwrap(estimator)
    declaration, column, width, types = _declare(parts, table, tolerant=False)
    names = [n for n in table.columns if n in declaration.read]
    given = {"object": "record", "fields": _fields(table, names, types, declaration), "additional": "ignore"}
    bundle = assemble(
        name, parts, declaration, column, width, given, [], labels, value, tolerance=tolerance, description=description
    )
    _prove(parts, bundle.onnx, X, table, tolerance)
    near, spared = _edges(estimator, X, tolerance)
    rows = [i for i in spread(table, names, golden, near) if i not in spared]
    chosen = _take(X, rows)
    for o, answer in zip(
        objects(table.iloc[rows], names, types), answers(estimator, chosen, labels, value, tolerance), strict=True
    ):
        bundle.examples.append(Example(o, answer))
    if not bundle.examples:
        raise CannotDeclare("no row has a most probable class: the classes of every row are equally probable")
    bundle.reference = _reference(parts, table, X_test, y_test, names, types, labels)
    metrics = _metrics(estimator, parts, X_test, y_test)
    bundle.lineage = run.lineage(
        data=_data(table, y, X_test, y_test),
        parameters=_parameters(parts),
        metrics=metrics,
        packages=_packages(parts),
    ) | (lineage or {})
    return bundle


def explain(estimator, X) -> Explanation:
    """What would become of each part of a fitted model: nothing is written, and every refusal is listed."""
    table = as_frame(X)
    try:
        _require_fitted(estimator)
        parts = unwrap(estimator)
    except CannotDeclare as e:
        return Explanation([Part(e.part, kind_of(estimator), "refused", e.reason)])
    found: list[Part] = []
    may_be_nan: list[bool] = []
    try:
        declaration, *_ = _declare(parts, table, tolerant=True)
        found, may_be_nan = declaration.parts, declaration.may_be_nan
    except CannotDeclare as e:
        found = [Part(e.part, "the columns", "refused", e.reason)]
    last = kind_of(parts.estimator)
    try:
        # What comes after a refused part gets whatever its replacement makes.
        examine_estimator(parts.estimator, [] if any(p.becomes == "refused" for p in found) else may_be_nan)
        found.append(Part(parts.path, last, "onnx", "model.onnx"))
    except CannotDeclare as e:
        found.append(Part(parts.path, last, "refused", e.reason))
    return Explanation(found)


def _require_fitted(estimator):
    try:
        check_is_fitted(estimator)
    except NotFittedError as e:
        raise CannotDeclare(f"{kind_of(estimator)} is not fitted") from e
    except TypeError as e:
        raise CannotDeclare(f"{kind_of(estimator)} is no estimator of scikit-learn's kind") from e


def _declare(parts: Unwrapped, table: pd.DataFrame, tolerant: bool):
    schema = schema_of(table)
    types = dict(schema.types)
    numeric = [n for n, kind in types.items() if kind in ("number", "whole", "integer")]
    least = {n: 0.0 for n in numeric if len(table[n].dropna()) and float(table[n].min()) >= 0}
    declaration = Declaration(table.columns, types=types, nullable=schema.nullable, least=least, tolerant=tolerant)
    declaration.nulls = schema.null
    declaration.types |= {n: f"refused ({why})" for n, why in schema.refused.items()}
    names = _names(_first(parts), table)
    if set(names) - set(table.columns):
        raise CannotDeclare(
            f"the model was fitted on columns that X has not: {sorted(set(names) - set(table.columns))}"
        )
    column, width = declare(declaration, parts, names)
    types = {n: declaration.types[n] for n in types}
    types = {n: "number" if kind == "whole" else kind for n, kind in types.items()}
    return declaration, column, width, types


def _names(first, table) -> list[str]:
    """The columns in the order in which the first part was fitted on them."""
    names = list(getattr(first, "feature_names_in_", table.columns))
    # LightGBM writes names in its own way.
    return list(table.columns) if names == [n.replace(" ", "_") for n in table.columns] else names


def _first(parts: Unwrapped):
    return parts.before[0][1] if parts.before else parts.estimator


def _fields(table, names, types, declaration) -> list[dict]:
    fields = []
    for n in names:
        declared: dict = {"name": n, "type": types[n]}
        if table[n].isna().any():
            declared["nullable"] = True
        if n in declaration.relied:
            declared["min"] = 0
        fields.append(declared)
    return fields


def _prove(parts: Unwrapped, graph: bytes, X, table, tolerance):
    """Runs the graph beside the estimator on what the library's own transformers make of `X`."""
    rows = list(range(0, len(table), max(1, len(table) // _PROVEN)))
    features = _take(X, rows)
    for _, transformer in parts.before:
        features = features if transformer in (None, "passthrough") else transformer.transform(features)
    features = features.toarray() if hasattr(features, "toarray") else features
    features = features if isinstance(features, pd.DataFrame) else np.asarray(features, dtype=float)
    try:
        prove(parts.estimator, graph, features, tolerance)
    except CannotDeclare as e:
        raise CannotDeclare(e.reason, parts.path) from e


def _edges(estimator, X, tolerance) -> tuple[list[int], set[int]]:
    """The rows nearest to a change of the decision that are safe to expect, and those that are not:
    where two classes are equally probable, rounding decides."""
    if not hasattr(estimator, "predict_proba"):
        return [], set()
    probabilities = np.sort(np.asarray(estimator.predict_proba(X), dtype=float), axis=1)
    gaps = probabilities[:, -1] - probabilities[:, -2]
    spared = set(np.flatnonzero(gaps < 4 * tolerance).tolist())
    near = [int(i) for i in np.argsort(gaps, kind="stable") if int(i) not in spared][:2]
    return near, spared


def _take(X, rows: list[int]):
    """Some rows of the data in the form in which the library was given them."""
    if isinstance(X, (pd.DataFrame, pd.Series)):
        return X.iloc[rows]
    if isinstance(X, np.ndarray):
        return X[rows]
    return [X[i] for i in rows]


def _reference(parts, table, X_test, y_test, names, types, labels) -> list[dict]:
    given = table if X_test is None else as_frame(X_test)
    if missing := set(names) - set(given.columns):
        raise CannotDeclare(f"X_test lacks the columns {sorted(missing)}")
    rows = list(range(0, len(given), max(1, -(-len(given) // _REFERENCE))))
    sample = objects(given.iloc[rows], names, types)
    if X_test is None or y_test is None:
        return sample
    truth = np.asarray(y_test)[rows]
    if is_classifier(parts.estimator):
        classes, named = list(parts.estimator.classes_), labels_of(parts.estimator, labels)
        if strange := [v for v in truth if v not in classes]:
            raise CannotDeclare(f"y_test has the class {strange[0]!r}, which the model does not know")
        actual = [named[classes.index(v)] for v in truth]
    else:
        actual = [float(v) for v in truth]
    return [{"object": o, "actual": a, "split": "test"} for o, a in zip(sample, actual, strict=True)]


def _metrics(estimator, parts, X_test, y_test) -> dict:
    if X_test is None or y_test is None:
        return {}
    from sklearn import metrics

    predicted = np.ravel(estimator.predict(X_test))
    if not is_classifier(parts.estimator):
        found = {
            "r2": metrics.r2_score(y_test, predicted),
            "mae": metrics.mean_absolute_error(y_test, predicted),
            "rmse": metrics.mean_squared_error(y_test, predicted) ** 0.5,
        }
    else:
        probabilities = estimator.predict_proba(X_test)
        found = {
            "accuracy": metrics.accuracy_score(y_test, predicted),
            "log_loss": metrics.log_loss(y_test, probabilities, labels=parts.estimator.classes_),
        }
        if probabilities.shape[1] == 2 and len(np.unique(y_test)) == 2:
            found["auc"] = metrics.roc_auc_score(y_test, probabilities[:, 1])
    return {n: round(float(v), 6) for n, v in found.items()} | {"test_rows": len(predicted)}


def _data(table, y, X_test, y_test) -> list[dict]:
    data = [{"name": "train", "rows": len(table), "sha256": _digest(table, y)}]
    if X_test is not None:
        test = as_frame(X_test)
        data.append({"name": "test", "rows": len(test), "sha256": _digest(test, y_test)})
    return data


def _digest(table: pd.DataFrame, target) -> str:
    """SHA-256 over the rows as pandas hashes them, with the names of the columns and the target."""
    total = hashlib.sha256(json.dumps(list(table.columns)).encode())
    total.update(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes())
    if target is not None:
        total.update(
            pd.util.hash_pandas_object(pd.Series(np.ravel(np.asarray(target))), index=False).to_numpy().tobytes()
        )
    return total.hexdigest()


def _parameters(parts: Unwrapped) -> dict:
    """The estimator's parameters that differ from its defaults, as JSON has them."""
    estimator = parts.estimator
    try:
        default = type(estimator)().get_params()
    except TypeError:
        default = {}
    found = {}
    for name, value in estimator.get_params().items():
        plain = value.item() if isinstance(value, np.generic) else value
        if isinstance(plain, (str, int, float, bool)) and not is_null(plain) and default.get(name) != value:
            found[name] = plain
    return {"estimator": type(estimator).__name__} | found


def _packages(parts: Unwrapped) -> list[str]:
    module = type(parts.estimator).__module__.split(".")[0]
    own = [] if module == "sklearn" else [module]
    converters = ["onnxmltools"] if module in ("lightgbm", "xgboost") else []
    return [*own, *converters, "scikit-learn", "skl2onnx", "onnx", "numpy", "pandas"]


def _script() -> Path:
    """The script that runs, or the folder of a notebook."""
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    return Path(main) if main else Path.cwd() / "notebook"
