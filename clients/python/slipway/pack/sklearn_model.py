"""A fitted scikit-learn (or LightGBM) model as a bundle."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import is_classifier
from sklearn.pipeline import Pipeline

from . import raw
from .bundle import Bundle, Example, input_columns
from .declare import Declaration
from .vocabulary import writes

_OPSETS = {"": 17, "ai.onnx.ml": 3}


@dataclass(frozen=True)
class SklearnModel:
    """A fitted model that answers raw objects.

    `input` and `before` are the manifest's input and the steps that turn an object into the columns
    that `fitted` was fitted on. `fitted` is a Pipeline whose last step is the estimator, or an
    estimator alone; then `features` names the column, a vector, that it takes.
    `labels` name the classes in the order of `classes_`; a regressor's answer is called `value`.
    """

    name: str
    input: dict
    before: list[dict]
    fitted: object
    labels: tuple[str, ...] = ()
    value: str = "value"
    features: str | None = None

    def predict(self, objects: list) -> list[dict]:
        """What the training library answers for raw objects, as the gateway will word it."""
        given = self._given(objects)
        if not is_classifier(self.fitted):
            return [{self.value: float(v)} for v in self.fitted.predict(given)]
        return [
            {
                "label": self.labels[int(np.argmax(row))],
                "probabilities": {label: float(p) for label, p in zip(self.labels, row, strict=True)},
            }
            for row in self.fitted.predict_proba(given)
        ]

    def bundle(self, examples: list, tolerances: dict[int, float] | None = None, **more) -> Bundle:
        """The bundle, with golden examples made of the raw objects `examples`.

        `tolerances` loosens single examples, by their place; `more` are further members of Bundle.
        Raises CannotDeclare where the preprocessing has no steps.
        """
        steps, files, column, width = self._declared()
        estimator = self.fitted.steps[-1][1] if isinstance(self.fitted, Pipeline) else self.fitted
        classifier = is_classifier(estimator)
        output = {"labels": list(self.labels), "probabilities": "probabilities"}
        if not classifier:
            output = {"kind": "value", "name": self.value, "tensor": "variable"}
        loose = tolerances or {}
        return Bundle(
            name=self.name,
            onnx=estimator_to_onnx(estimator, width, self.name),
            input=self.input,
            steps=self.before + steps,
            tensors=[{"name": "features", "from": column, "dtype": "float32", "shape": [-1, width]}],
            output=output,
            examples=[
                Example(o, answer, loose.get(i)) for i, (o, answer) in enumerate(zip(examples, self.predict(examples)))
            ],
            task="classification" if classifier else "regression",
            files=files,
            **more,
        )

    def _given(self, objects):
        if self.features is None:
            given = raw.frame(self.input, self.before, objects)
            return given[list(self.fitted.feature_names_in_)] if hasattr(self.fitted, "feature_names_in_") else given
        return np.stack(raw.columns(self.input, self.before, objects)[self.features]).astype(float)

    def _declared(self) -> tuple[list[dict], dict[str, bytes], str, int]:
        """The steps from the columns to the estimator's features, their files, the features'
        column and its length."""
        if self.features is not None:
            return [], {}, self.features, int(self.fitted.n_features_in_)
        preprocessing, estimator = self.fitted[:-1], self.fitted.steps[-1][1]
        existing = input_columns(self.input) + [c for s in self.before for c in writes(s)]
        declaration = Declaration(existing)
        column, width = declaration.features(preprocessing, list(self.fitted.feature_names_in_))
        if width != estimator.n_features_in_:
            raise AssertionError(f"declared {width} features, the estimator takes {estimator.n_features_in_}")
        return declaration.steps, declaration.files, column, width


def estimator_to_onnx(estimator, width: int, name: str) -> bytes:
    """The estimator alone as ONNX: `features` float32 [batch, width] → `label` and `probabilities`,
    or `variable` for a regressor."""
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType

    if type(estimator).__module__.startswith("lightgbm"):
        _register_lightgbm(type(estimator))
    model = to_onnx(
        estimator,
        initial_types=[("features", FloatTensorType([None, width]))],
        name=name,
        target_opset=_OPSETS,
        options={id(estimator): {"zipmap": False}} if is_classifier(estimator) else None,
    )
    opsets = sorted(model.opset_import, key=lambda opset: opset.domain)
    del model.opset_import[:]
    model.opset_import.extend(opsets)
    return model.SerializeToString(deterministic=True)


def _register_lightgbm(kind: type) -> None:
    """Tells skl2onnx how LightGBM is converted; needs the package onnxmltools."""
    from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm
    from skl2onnx import update_registered_converter
    from skl2onnx.common import shape_calculator as shapes

    if kind.__name__ == "LGBMClassifier":
        shape, options = (
            shapes.calculate_linear_classifier_output_shapes,
            {"zipmap": [True, False], "nocl": [True, False]},
        )
    else:
        shape, options = shapes.calculate_linear_regressor_output_shapes, {}
    update_registered_converter(kind, kind.__name__, shape, convert_lightgbm, options=options)
