"""A text model behind a Hugging Face tokenizer as a bundle."""

from pathlib import Path

import onnx

from .bundle import Bundle
from .vocabulary import step


def transformer_bundle(
    name: str,
    tokenizer,
    model,
    input: dict,
    text: str,
    labels: list[str],
    *,
    before: list[dict] = (),
    max_length: int = 512,
    logits: str = "logits",
    **more,
) -> Bundle:
    """The bundle of an ONNX graph that takes what a tokenizer makes of the column `text`.

    `tokenizer` and `model` are the paths of a `tokenizer.json` and of the graph, which takes any of
    `input_ids`, `attention_mask`, `token_type_ids` (int64, [batch, tokens]) and gives `logits`
    ([batch, labels]). Pass the golden examples, made by the training library, as `examples`.
    """
    graph = onnx.load(model).graph
    names = [i.name for i in graph.input]
    tokens = step(
        "wordpiece", text, names, tokenizer={"file": "tokenizer.json"}, max_length=max_length, padding="longest"
    )
    return Bundle(
        name=name,
        onnx=Path(model).read_bytes(),
        input=input,
        steps=[*before, tokens],
        tensors=[{"name": n, "from": n, "dtype": "int64", "shape": [-1, -1]} for n in names],
        output={"labels": list(labels), "logits": logits, "activation": "softmax"},
        files={"tokenizer.json": Path(tokenizer).read_bytes()},
        **more,
    )
