"""The columns of the frame that a model was trained on, as fields of a manifest, and its rows as raw objects."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .refusal import CannotDeclare, is_null

_LARGEST = 2**53


@dataclass(frozen=True)
class Schema:
    """`types` of the columns as the manifest names them, or why a column has none (`refused`);
    `nullable` are those with a null, `null` is the value that stands for it where it is not NaN."""

    types: dict[str, str]
    refused: dict[str, str]
    nullable: set[str]
    null: dict[str, object]


def as_frame(X) -> pd.DataFrame:
    """The training data as a frame: arrays and lists of rows get the columns x0, x1, …; a list of
    texts becomes the column `text`."""
    if isinstance(X, pd.DataFrame):
        names = list(X.columns)
        if not all(isinstance(n, str) for n in names):
            raise CannotDeclare(f"the columns have names that are no texts: {names[:5]}; rename them before fitting")
        if len(set(names)) < len(names):
            raise CannotDeclare(f"two columns have one name: {sorted({n for n in names if names.count(n) > 1})}")
        return X
    if isinstance(X, pd.Series):
        return X.to_frame(X.name if isinstance(X.name, str) else "text")
    if isinstance(X, (list, tuple)) and X and all(isinstance(x, str) for x in X):
        return pd.DataFrame({"text": pd.Series(list(X), dtype=object)})
    if hasattr(X, "toarray"):
        raise CannotDeclare("X is a sparse matrix: pass what it was made of, with the transformer in the pipeline")
    table = np.asarray(X)
    if table.ndim != 2:
        raise CannotDeclare(f"X has {table.ndim} dimensions; expected a frame, a table of rows, or a list of texts")
    return pd.DataFrame(table, columns=[f"x{i}" for i in range(table.shape[1])])


def schema_of(table: pd.DataFrame) -> Schema:
    """What the manifest says of each column, as far as the data tell."""
    found = Schema({}, {}, set(), {})
    for name in table.columns:
        column = table[name]
        missing = column.isna()
        if missing.any():
            found.nullable.add(name)
        try:
            found.types[name] = _type(column, column[~missing])
            if missing.any() and found.types[name] in ("string", "category", "boolean"):
                found.null[name] = _null(column[missing])
        except CannotDeclare as e:
            found.types.pop(name, None)
            found.refused[name] = e.reason
    return found


def _type(column: pd.Series, values: pd.Series) -> str:
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        if not all(isinstance(c, str) for c in dtype.categories):
            raise CannotDeclare("its categories are no texts: use astype(str) before fitting")
        return "category"
    if pd.api.types.is_bool_dtype(dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(dtype):
        if len(values) and max(abs(int(values.max())), abs(int(values.min()))) > _LARGEST:
            raise CannotDeclare("it has integers beyond 2^53, which are no exact numbers: use texts")
        return "integer"
    if pd.api.types.is_float_dtype(dtype):
        if dtype.itemsize < 8:
            raise CannotDeclare(
                f"it is {dtype}, and the server computes in float64: use astype('float64') before fitting"
            )
        if np.isinf(values.to_numpy(dtype=float)).any():
            raise CannotDeclare("it has infinities, which JSON has not")
        whole = len(values) and (values % 1 == 0).all() and values.abs().max() < _LARGEST
        return "whole" if whole else "number"
    if isinstance(dtype, pd.DatetimeTZDtype) or pd.api.types.is_datetime64_any_dtype(dtype):
        raise CannotDeclare(
            "it is a time, which no transformer takes exactly: make numbers of it with steps (SklearnModel)"
        )
    kinds = {type(v) for v in values}
    if kinds and kinds <= {str, np.str_}:
        return "string"
    if kinds and kinds <= {bool, np.bool_}:
        return "boolean"
    if kinds and kinds <= {int, np.int64, np.int32}:
        return "integer"
    if not kinds:
        raise CannotDeclare("it has no value at all")
    raise CannotDeclare(f"it mixes {sorted(k.__name__ for k in kinds)}: give it one type before fitting")


def _null(missing: pd.Series):
    """The one value that stands for null: None, NaN or NA, which libraries tell apart."""
    if missing.dtype != object:
        return missing.iloc[0]
    kinds = {"None" if v is None else "NaN" if isinstance(v, float) else "NA" for v in missing}
    if len(kinds) > 1:
        raise CannotDeclare(
            f"it has {' and '.join(sorted(kinds))} for null, which libraries tell apart: use one of them"
        )
    return missing.iloc[0]


def objects(table: pd.DataFrame, names: list[str], types: dict[str, str]) -> list[dict]:
    """The rows as raw objects, with the columns `names`; null is None."""
    columns = [[_plain(v, types[n]) for v in table[n]] for n in names]
    return [dict(zip(names, row)) for row in zip(*columns)] if names else [{} for _ in range(len(table))]


def _plain(value, kind: str):
    if is_null(value):
        return None
    if kind == "integer":
        return int(value)
    if kind == "number":
        return float(value)
    if kind == "boolean":
        return bool(value)
    return str(value)


def spread(table: pd.DataFrame, names: list[str], limit: int, near=()) -> list[int]:
    """At most `limit` rows that together have the most of every category, null, minimum and maximum;
    `near` are rows wanted first. The same data give the same rows."""
    wanted: list[set] = [set() for _ in range(len(table))]
    for name in names:
        column = table[name].reset_index(drop=True)
        missing = column.isna()
        if missing.any():
            wanted[int(missing.idxmax())].add((name, "null"))
        values = column[~missing]
        if not len(values):
            continue
        numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        if numeric:
            wanted[int(values.idxmin())].add((name, "min"))
            wanted[int(values.idxmax())].add((name, "max"))
        if not numeric or values.nunique() <= limit:
            for row, value in values.items():
                wanted[row].add((name, value))
    chosen = [int(i) for i in near][:limit]
    covered = set().union(*(wanted[i] for i in chosen)) if chosen else set()
    while len(chosen) < min(limit, len(table)):
        gains = [len(w - covered) for w in wanted]
        best = int(np.argmax(gains))
        if not gains[best]:
            break
        chosen.append(best)
        covered |= wanted[best]
    rest = [i for i in range(len(table)) if i not in set(chosen)]
    missing = min(limit, len(table)) - len(chosen)
    if missing > 0:
        step = max(1, math.floor(len(rest) / missing))
        chosen += rest[::step][:missing]
    return sorted(set(chosen))
