"""A fitted scikit-learn, LightGBM, XGBoost or CatBoost model as a bundle."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.base import is_classifier
from sklearn.pipeline import Pipeline

from . import raw
from .bundle import Bundle, Example, input_columns
from .declare import KEEPS_NULL, Declaration
from .estimator import Unwrapped, examine_estimator, labels_of, unwrap
from .graph import estimator_to_onnx, require_most_probable, zero_for_nan
from .refusal import CannotDeclare, kind_of
from .vocabulary import reads, writes

__all__ = ["SklearnModel", "estimator_to_onnx"]


@dataclass(frozen=True)
class SklearnModel:
    """A fitted model that answers raw objects.

    `input` and `before` are the manifest's input and the steps that turn an object into the columns
    that `fitted` was fitted on. `fitted` is a Pipeline whose last step is the estimator, or an
    estimator alone; then `features` names the column, a vector, that it takes. `labels` name the
    classes in the order of `classes_`, or map each class to its name; without them the classes' own
    names are used. A regressor's answer is called `value`.
    """

    name: str
    input: dict
    before: list[dict]
    fitted: object
    labels: tuple[str, ...] | Mapping[object, str] = ()
    value: str = "value"
    features: str | None = None

    def predict(self, objects: list) -> list[dict]:
        """What the training library answers for raw objects, as the gateway will word it. The label
        is that of the library's own `predict`."""
        return answers(self.fitted, self._given(objects), self.labels, self.value) if objects else []

    def bundle(self, examples: list, tolerances: dict[int, float] | None = None, **more) -> Bundle:
        """The bundle, with golden examples made of the raw objects `examples`.

        `tolerances` loosens single examples, by their place; `more` are further members of Bundle.
        Raises CannotDeclare where a part of the model cannot be expressed exactly.
        """
        parts = unwrap(self.fitted)
        declaration, column, width = self._declared(parts)
        loose = tolerances or {}
        bundle = assemble(
            self.name, parts, declaration, column, width, self.input, self.before, self.labels, self.value, **more
        )
        for i, (o, answer) in enumerate(zip(examples, self.predict(examples), strict=True)):
            bundle.examples.append(Example(o, answer, loose.get(i)))
        return bundle

    def _given(self, objects):
        if self.features is None:
            given = raw.frame(self.input, self.before, objects)
            return given[_names(self.fitted)]
        return np.stack(raw.columns(self.input, self.before, objects)[self.features]).astype(float)

    def _declared(self, parts: Unwrapped) -> tuple[Declaration, str, int]:
        """The steps from the columns to the estimator's features, the features' column and its
        length."""
        existing = input_columns(self.input) + [c for s in self.before for c in writes(s)]
        nullable, least = _known_of(self.input, self.before)
        declaration = Declaration(existing, nullable=nullable, least=least)
        if self.features is not None:
            if parts.before:
                raise CannotDeclare(
                    f"features={self.features!r} is for an estimator alone; a {kind_of(self.fitted)} takes columns"
                )
            width = int(parts.estimator.n_features_in_)
            declaration.may_be_nan = [self.features in nullable] * width
            return declaration, self.features, width
        if not isinstance(self.fitted, Pipeline) and not parts.before:
            raise CannotDeclare(
                f"a {kind_of(self.fitted)} alone takes a vector: say its column as `features`, or fit a Pipeline"
            )
        column, width = declare(declaration, parts, _names(self.fitted))
        return declaration, column, width


def _names(fitted) -> list[str]:
    names = getattr(fitted, "feature_names_in_", None)
    if names is None:
        raise CannotDeclare(
            f"{kind_of(fitted)} was fitted on an array or a list, without names of columns: fit it on a DataFrame "
            "(slipway.pack.frame makes it), or use slipway.package, which names the columns x0, x1, …"
        )
    return list(names)


def _known_of(declared_input: dict, before: list[dict]) -> tuple[set[str], dict[str, float]]:
    """The columns that may be null after `before`, and the smallest value of those that declare one."""
    fields = declared_input.get("fields", [])
    nullable = {f["name"] for f in fields if f.get("nullable")}
    nullable |= {f["name"] for f in fields if f.get("unknown") == "null"}
    least = {f["name"]: float(f["min"]) for f in fields if isinstance(f.get("min"), (int, float))}
    for s in before:
        ins, outs = reads(s), writes(s)
        kept = {c: least[c] for c in outs if s["op"] == "number" and c in least}
        null = [c for c in ins if s["op"] in KEEPS_NULL and c in nullable]
        for i, c in enumerate(outs):
            is_null = ins[i] in null if len(ins) == len(outs) else bool(null)
            (nullable.add if is_null else nullable.discard)(c)
            least.pop(c, None)
        least |= kept
    return nullable, least


def declare(declaration: Declaration, parts: Unwrapped, columns: list[str]) -> tuple[str, int]:
    """Declares what comes before the estimator; the vector of its features, and its length."""
    for path, transformer in parts.before:
        with declaration.inside(path):
            columns = declaration.add(transformer, columns, "")
    column, width = declaration.vector_of(columns)
    expected = getattr(parts.estimator, "n_features_in_", width)
    if width != expected and not declaration.tolerant:
        raise CannotDeclare(
            f"{width} features are declared and {kind_of(parts.estimator)} takes {expected}", parts.path
        )
    return column, width


def assemble(name, parts, declaration, column, width, declared_input, before, labels, value, **more) -> Bundle:
    """The bundle of a model whose preprocessing is declared. Raises CannotDeclare."""
    estimator = parts.estimator
    try:
        examine_estimator(estimator, declaration.may_be_nan)
        graph = zero_for_nan(estimator, declaration.may_be_nan, estimator_to_onnx(estimator, width, name))
    except CannotDeclare as e:
        raise CannotDeclare(e.reason, e.part or parts.path) from e
    classifier = is_classifier(estimator)
    output = {"kind": "value", "name": value, "tensor": "variable"}
    if parts.transform:
        output["transform"] = parts.transform
    if classifier:
        output = {"labels": list(labels_of(estimator, labels)), "probabilities": "probabilities"}
    return Bundle(
        name=name,
        onnx=graph,
        input=declared_input,
        steps=before + declaration.steps,
        tensors=[{"name": "features", "from": column, "dtype": "float32", "shape": [-1, width]}],
        output=output,
        task="classification" if classifier else "regression",
        files=declaration.files,
        **more,
    )


def answers(fitted, given, labels, value: str, tolerance: float = 1e-5) -> list[dict]:
    """What the library's own `predict` and `predict_proba` answer, as the gateway will word it."""
    estimator = unwrap(fitted).estimator
    predicted = np.ravel(fitted.predict(given))
    if not is_classifier(estimator):
        return [{value: float(v)} for v in predicted]
    names = labels_of(estimator, labels)
    if not hasattr(fitted, "predict_proba"):
        raise CannotDeclare(f"{kind_of(estimator)} has no predict_proba")
    probabilities = np.asarray(fitted.predict_proba(given), dtype=float)
    require_most_probable(estimator, predicted, probabilities, tolerance)
    classes = list(estimator.classes_)
    return [
        {"label": names[classes.index(label)], "probabilities": dict(zip(names, map(float, row), strict=True))}
        for label, row in zip(predicted, probabilities, strict=True)
    ]
