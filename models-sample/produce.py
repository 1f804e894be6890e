"""What the four training scripts share: the split, the measures, the held-out cases."""

import base64
import json
from pathlib import Path

import numpy as np
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split

from slipway.pack import Bundle, SklearnModel

SEED = 7
PACKAGES = ["scikit-learn", "skl2onnx", "onnx", "numpy", "pandas"]


def split(labels: list[int], test: int) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers for training and for testing (`test` of them), stratified, by the fixed seed."""
    return train_test_split(np.arange(len(labels)), test_size=test, random_state=SEED, stratify=labels)


def measure(labels, probabilities: np.ndarray) -> dict[str, float]:
    """Accuracy, log loss and, for two classes, the area under the ROC curve; 4 decimals."""
    found = {
        "accuracy": accuracy_score(labels, probabilities.argmax(axis=1)),
        "log_loss": log_loss(labels, probabilities),
    }
    if probabilities.shape[1] == 2:
        found["auc"] = roc_auc_score(labels, probabilities[:, 1])
    return {name: round(float(value), 4) for name, value in found.items()} | {"test_rows": len(labels)}


def chosen(estimator) -> dict:
    """The estimator's parameters that differ from its defaults."""
    default = type(estimator)().get_params()
    return {k: v for k, v in estimator.get_params().items() if v != default.get(k) and k != "random_state"}


def write(folder: Path, bundle: Bundle) -> None:
    """Writes the bundle and says what it measured."""
    digest = bundle.write(folder)
    size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    print(f"{folder.parent.name}/{folder.name}  sha256:{digest[:12]}  {size >> 10} KiB  {bundle.lineage['metrics']}")


def write_cases(file: Path, models: dict[str, SklearnModel], objects: list, tolerance: float = 1e-5) -> None:
    """Held-out cases, one JSON a line: the raw object and what each model's training library
    answers for it. Raw bytes stand as base64 in `raw_b64` (mail) or `image_b64`."""
    answers = {version: model.predict(objects) for version, model in models.items()}
    kind = next(iter(models.values())).input.get("object", "record")
    member = {"record": "object", "mail": "raw_b64", "image": "image_b64"}[kind]
    lines = []
    for i, given in enumerate(objects):
        shown = base64.b64encode(given).decode() if isinstance(given, bytes) else given
        line = {member: shown} | {version: found[i] for version, found in answers.items()} | {"tolerance": tolerance}
        lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    file.write_text("".join(lines), "utf-8")
