"""Packs trained models as Slipway bundles: model, preprocessing, schema, proof and lineage in one.

- `SklearnModel(...).bundle(...)`: a fitted scikit-learn or LightGBM pipeline;
- `transformer_bundle(...)`: a Hugging Face tokenizer and an ONNX graph;
- `Bundle(...)`: any ONNX graph with steps that you declare.

`bundle.write(folder)` writes and checks it; `write_zip(folder, file)`, or
`python -m slipway.pack folder -o file`, makes the zip that a registry takes.
"""

from .bundle import Bundle, Example, InvalidBundle, check, digest, write_zip
from .lineage import Run
from .raw import columns, frame
from .refusal import CannotDeclare
from .sklearn_model import SklearnModel, estimator_to_onnx
from .text import html_strip, parse_mail
from .transformer import transformer_bundle
from .vocabulary import step

__all__ = [
    "Bundle",
    "CannotDeclare",
    "Example",
    "InvalidBundle",
    "Run",
    "SklearnModel",
    "check",
    "columns",
    "digest",
    "estimator_to_onnx",
    "frame",
    "html_strip",
    "parse_mail",
    "step",
    "transformer_bundle",
    "write_zip",
]
