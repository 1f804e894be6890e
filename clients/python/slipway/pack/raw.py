"""Raw business objects → the columns that a training library is given.

The steps that come before the library's own transformers are written down once, as the bundle
declares them, and this module runs them for training. They are the ones of `STEPS`; for whatever
else a model needs, prepare the columns yourself and declare the step beside it: the golden
examples prove at registration that the two are equal.

A column is a list with one value a row. Null is None until `number` makes it NaN.
"""

import io
import math
import re
from datetime import date

import numpy as np
import pandas as pd
from PIL import Image, ImageOps

from .text import html_strip, parse_mail
from .vocabulary import reads, writes


def columns(declared_input: dict, steps: list[dict], objects: list) -> dict[str, list]:
    """The columns of `objects` (JSON objects, or the bytes of mails or images) after `steps`.

    Raises ValueError for a step that this module does not know.
    """
    table = _read(declared_input, objects)
    for step in steps:
        if step["op"] not in STEPS:
            raise ValueError(f"the step {step['op']!r} is not among {sorted(STEPS)}")
        ins = [table[name] for name in reads(step)]
        parameters = {k: v for k, v in step.items() if k not in ("op", "in", "out", "ref_field")}
        table |= dict(zip(writes(step), STEPS[step["op"]](*ins, **parameters), strict=True))
    return table


def frame(declared_input: dict, steps: list[dict], objects: list) -> pd.DataFrame:
    """`columns` as the DataFrame that scikit-learn is fitted on; null text is NaN."""
    table = columns(declared_input, steps, objects)
    return pd.DataFrame({name: _series(values) for name, values in table.items()})


def _series(values: list) -> pd.Series:
    if all(isinstance(v, (int, float)) for v in values):
        return pd.Series(values, dtype=float)
    return pd.Series([math.nan if v is None else v for v in values], dtype=object)


def _read(declared_input: dict, objects: list) -> dict[str, list]:
    match declared_input.get("object", "record"):
        case "record":
            return {f["name"]: [o.get(f["name"]) for o in objects] for f in declared_input["fields"]}
        case "mail":
            mails = [parse_mail(raw) for raw in objects]
            return {name: [m[name] for m in mails] for name in mails[0]}
        case "image":
            return {"image": list(objects)}
        case "text":
            return {"text": list(objects)}
        case kind:
            raise ValueError(f"no columns come from the object {kind!r}")


def _each(function):
    """A step that treats every value of every column alike; null stays null."""

    def run(*ins, **parameters):
        return [[None if v is None else function(v, **parameters) for v in column] for column in ins]

    return run


def _rows(function):
    """A step that makes one value of the values of a row."""

    def run(*ins, **parameters):
        return [[function(*values, **parameters) for values in zip(*ins)]]

    return run


def _number(*ins):
    return [[math.nan if v is None else float(v) for v in column] for column in ins]


def _category(value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _months(since, *until, ref=None) -> float:
    """Calendar months from `since` to `ref`, or to the date of another column; the day of the month
    is ignored."""
    until = until[0] if until else ref
    if since is None or until is None:
        return math.nan
    a, b = _date(since), _date(until)
    return float((b.year - a.year) * 12 + b.month - a.month)


def _date_part(dates, parts):
    get = {
        "year": lambda d: d.year,
        "month": lambda d: d.month,
        "day": lambda d: d.day,
        "day_of_week": lambda d: d.weekday(),
        "day_of_year": lambda d: d.timetuple().tm_yday,
    }
    days = [None if v is None else _date(v) for v in dates]
    return [[math.nan if d is None else float(get[part](d)) for d in days] for part in parts]


def _date(text: str) -> date:
    return date.fromisoformat(text[:10])


def _count_matches(texts, counts):
    return [[float(len(re.findall(pattern, t))) for t in texts] for pattern in counts.values()]


def _decode_image(raw, color="RGB", exif_orientation=True, alpha="drop", sixteen_bit="shift8", frame=0):
    """Encoded bytes → uint8 pixels, (height, width) for `L`, else (height, width, 3)."""
    if (alpha, sixteen_bit) != ("drop", "shift8"):
        raise ValueError("decode_image: only alpha=drop and sixteen_bit=shift8 are known here")
    image = Image.open(io.BytesIO(raw))
    image.seek(frame)
    if image.mode.startswith("I;16"):
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    image = ImageOps.exif_transpose(image) if exif_orientation else image
    if color == "BGR":
        return np.asarray(image.convert("RGB"))[:, :, ::-1]
    return np.asarray(image.convert(color))


def _resize(pixels, width, height, filter="bilinear", algorithm="pil", fit="stretch"):
    if (algorithm, fit) != ("pil", "stretch"):
        raise ValueError("resize: only algorithm=pil and fit=stretch are known here")
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling[filter.upper()]))


def _layout(pixels, to):
    cube = pixels if pixels.ndim == 3 else pixels[:, :, None]
    if to == "flat" and cube.shape[2] == 1:
        return cube.ravel()
    return {"NCHW": cube.transpose(2, 0, 1), "NHWC": cube}[to]


STEPS = {
    "number": _number,
    "category": _each(_category),
    "months_between": _rows(_months),
    "date_part": _date_part,
    "ratio": _rows(lambda a, b: a / b if b else 0.0),
    "difference": _rows(lambda a, b: a - b),
    "log1p": _each(math.log1p),
    "html_strip": _each(html_strip),
    "lower": _each(str.lower),
    "join": _rows(lambda *texts, sep: sep.join(texts)),
    "truncate": _each(lambda text, max_chars: text[:max_chars]),
    "length": _each(lambda text: float(len(text))),
    "count_matches": _count_matches,
    "decode_image": _each(_decode_image),
    "resize": _each(_resize),
    "invert": _each(lambda pixels: 255 - pixels),
    "rescale": _each(lambda pixels, factor: pixels * factor),
    "normalize": _each(lambda pixels, mean, std: (pixels - np.array(mean)) / np.array(std)),
    "layout": _each(_layout),
}
