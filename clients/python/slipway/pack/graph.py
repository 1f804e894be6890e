"""An estimator alone as an ONNX graph, and the proof that the two answer alike."""

import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.base import is_classifier

from .refusal import CannotDeclare, kind_of

_OPSETS = {"": 17, "ai.onnx.ml": 3}


def estimator_to_onnx(estimator, width: int, name: str) -> bytes:
    """The estimator alone as ONNX: `features` float32 [batch, width] → `label` and `probabilities`,
    or `variable` for a regressor."""
    module = type(estimator).__module__.split(".")[0]
    try:
        model = {"xgboost": _xgboost, "catboost": _catboost}.get(module, _skl2onnx)(estimator, width, name)
    except (ImportError, CannotDeclare):
        raise
    except Exception as e:  # converters raise whatever they meet
        first = (str(e).splitlines() or [type(e).__name__])[0][:200]
        raise CannotDeclare(f"{kind_of(estimator)} cannot be converted to ONNX: {first}") from e
    opsets = sorted(model.opset_import, key=lambda opset: opset.domain)
    del model.opset_import[:]
    model.opset_import.extend(opsets)
    return model.SerializeToString(deterministic=True)


def _skl2onnx(estimator, width, name):
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType

    lightgbm = type(estimator).__module__.startswith("lightgbm")
    if lightgbm:
        _register_lightgbm(type(estimator))
    model = to_onnx(
        estimator,
        initial_types=[("features", FloatTensorType([None, width]))],
        name=name,
        target_opset=_OPSETS,
        options={id(estimator): {"zipmap": False}} if is_classifier(estimator) else None,
    )
    return model


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


def zero_for_nan(estimator, may_be_nan: list[bool], graph: bytes) -> bytes:
    """LightGBM reads NaN as 0 in a feature that had none in training; the graph then does so, too."""
    if not type(estimator).__module__.startswith("lightgbm") or not any(may_be_nan):
        return graph
    learned = set()
    pending = [tree["tree_structure"] for tree in estimator.booster_.dump_model()["tree_info"]]
    while pending:
        node = pending.pop()
        if node.get("missing_type") == "NaN":
            learned.add(node["split_feature"])
        pending += [node[side] for side in ("left_child", "right_child") if side in node]
    zero = np.array([[nan and i not in learned for i, nan in enumerate(may_be_nan)]])
    if not zero.any():
        return graph
    model = onnx.load_from_string(graph)
    (given,) = [i.name for i in model.graph.input]
    for node in model.graph.node:
        node.input[:] = ["features_read" if i == given else i for i in node.input]
    model.graph.initializer.extend(
        [numpy_helper.from_array(zero, "reads_nan_as_zero"), numpy_helper.from_array(np.float32(0), "zero")]
    )
    before = [
        helper.make_node("IsNaN", [given], ["features_nan"], name="nan"),
        helper.make_node("And", ["features_nan", "reads_nan_as_zero"], ["features_zero"], name="nan_as_zero"),
        helper.make_node("Where", ["features_zero", "zero", given], ["features_read"], name="read"),
    ]
    nodes = [*before, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    if not any(o.domain == "" for o in model.opset_import):
        model.opset_import.append(helper.make_opsetid("", 17))
    return model.SerializeToString(deterministic=True)


def _xgboost(estimator, width, name):
    from onnxmltools.convert import convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType

    model = convert_xgboost(
        estimator, name=name, initial_types=[("features", FloatTensorType([None, width]))], target_opset=15
    )
    model.graph.name = name
    return model


def _catboost(estimator, width, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        estimator.save_model(str(path), format="onnx")
        model = onnx.load(path)
    maps = [n for n in model.graph.node if n.op_type == "ZipMap"]
    for node in maps:
        tensor, named = node.input[0], node.output[0]
        for other in model.graph.node:
            other.output[:] = [named if o == tensor else o for o in other.output]
        model.graph.node.remove(node)
        outputs = [o for o in model.graph.output if o.name != named]
        del model.graph.output[:]
        shape = ["batch", len(estimator.classes_)]
        model.graph.output.extend([*outputs, helper.make_tensor_value_info(named, TensorProto.FLOAT, shape)])
    if not maps:
        only = model.graph.output[0].name
        for node in model.graph.node:
            node.output[:] = ["variable" if o == only else o for o in node.output]
        del model.graph.output[:]
        model.graph.output.append(helper.make_tensor_value_info("variable", TensorProto.FLOAT, ["batch", 1]))
    model.graph.name = name
    if not any(o.domain == "" for o in model.opset_import):
        model.opset_import.append(helper.make_opsetid("", 15))
    return model


def prove(estimator, graph: bytes, features, tolerance: float) -> float:
    """Runs the graph on `features`, a table or a frame, beside the estimator; the largest difference relative to
    1 + |expected|.

    Raises CannotDeclare where a number is not within `tolerance`, or where the estimator's own
    `predict` is not its most probable class.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    classifier = is_classifier(estimator)
    (found,) = session.run(
        ["probabilities" if classifier else "variable"], {"features": np.asarray(features).astype(np.float32)}
    )
    expected = np.asarray(estimator.predict_proba(features) if classifier else estimator.predict(features), dtype=float)
    expected = expected.reshape(len(features), -1)
    found = np.asarray(found, dtype=float).reshape(expected.shape)
    apart = np.abs(found - expected) / (1 + np.abs(expected))
    wrong = np.flatnonzero(~(apart <= tolerance).all(axis=1))
    if len(wrong):
        raise CannotDeclare(
            f"{kind_of(estimator)}: its ONNX form differs from the library in {len(wrong)} of {len(features)} rows, "
            f"first in row {wrong[0]}: {found[wrong[0]].tolist()} instead of {expected[wrong[0]].tolist()}; "
            "scale the features before, or use another estimator"
        )
    if classifier:
        require_most_probable(estimator, np.ravel(estimator.predict(features)), expected, tolerance)
    return float(apart.max(initial=0.0))


def require_most_probable(estimator, labels, probabilities, tolerance: float) -> None:
    """Refuses an estimator whose label is not the most probable class: the server answers that one."""
    classes = list(estimator.classes_)
    chosen = np.array([classes.index(label) for label in labels])
    rows = np.arange(len(chosen))
    wrong = np.flatnonzero(probabilities.max(axis=1) - probabilities[rows, chosen] > tolerance)
    if len(wrong):
        raise CannotDeclare(
            f"{kind_of(estimator)}: its predict is not its most probable class in {len(wrong)} of {len(labels)} rows "
            "(a threshold of its own?); publish an estimator whose predict is"
        )
