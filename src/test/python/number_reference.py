"""Writes src/test/resources/pipeline/number/reference.json: what scikit-learn and NumPy compute for the steps on
numbers, categories and dates. Run from the project's root; needs scikit-learn, numpy and pandas.

Each case: the manifest's `fields` and `preprocessing`, the rows as JSON objects, the column to read, and for each row
the expected value: a number, a list of numbers, a string or null (NaN)."""
import json
import math
import random

import numpy as np
import pandas as pd
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.preprocessing import (KBinsDiscretizer, MinMaxScaler, OneHotEncoder, OrdinalEncoder, QuantileTransformer,
                                   RobustScaler, StandardScaler, TargetEncoder)

rng = np.random.default_rng(7)
random.seed(7)
cases = []


def clean(value):
    if isinstance(value, (list, tuple, np.ndarray)):
        return [clean(v) for v in value]
    if isinstance(value, str) or value is None:
        return value
    value = float(value)
    return None if math.isnan(value) else value


def case(name, fields, steps, rows, out, expected, tolerance=0.0):
    cases.append({"name": name, "fields": fields, "preprocessing": steps, "rows": rows, "out": out,
                  "expected": [clean(e) for e in expected], "tolerance": tolerance})


def number(name, **more):
    return {"name": name, "type": "number", **more}


xs = np.concatenate([rng.normal(50, 20, 60), [0.0, -3.5, 1e-9, 1e9, 12345.678]])
x = xs.reshape(-1, 1)
rows = [{"x": float(v)} for v in xs]
to_number = {"op": "number", "in": "x"}

for scaler in (StandardScaler(), RobustScaler()):
    y = scaler.fit_transform(x)
    mean = scaler.mean_ if isinstance(scaler, StandardScaler) else scaler.center_
    case(type(scaler).__name__, [number("x")],
         [to_number, {"op": "standard_scale", "in": ["x"], "mean": list(mean), "scale": list(scaler.scale_)}],
         rows, "x", y[:, 0])

fitted = MinMaxScaler(feature_range=(-1, 2), clip=True).fit(x[:50])
case("MinMaxScaler clipped", [number("x")],
     [to_number, {"op": "minmax_scale", "in": ["x"], "scale": list(fitted.scale_), "min": list(fitted.min_), "clip": True,
                  "feature_range": [-1, 2]}], rows, "x", fitted.transform(x)[:, 0])
fitted = MinMaxScaler().fit(x[:50])
case("MinMaxScaler", [number("x")],
     [to_number, {"op": "minmax_scale", "in": ["x"], "scale": list(fitted.scale_), "min": list(fitted.min_)}],
     rows, "x", fitted.transform(x)[:, 0])

ties = np.concatenate([np.round(rng.normal(5, 2, 200)), [5.0] * 30]).reshape(-1, 1)
fitted = QuantileTransformer(n_quantiles=20, output_distribution="uniform", random_state=0).fit(ties)
probe = np.concatenate([np.linspace(-5, 15, 81), ties[:20, 0]]).reshape(-1, 1)
case("QuantileTransformer with ties", [number("x")],
     [to_number, {"op": "quantile", "in": ["x"], "quantiles": fitted.quantiles_[:, 0].tolist(),
                  "references": fitted.references_.tolist()}],
     [{"x": float(v)} for v in probe[:, 0]], "x", fitted.transform(probe)[:, 0], 1e-15)

fitted = QuantileTransformer(n_quantiles=3, output_distribution="uniform").fit(np.full((4, 1), 5.0))
one_value = [5.0, 4.0, 6.0, None]
case("QuantileTransformer that saw one value", [number("x", nullable=True)],
     [to_number, {"op": "quantile", "in": ["x"], "quantiles": fitted.quantiles_[:, 0].tolist(),
                  "references": fitted.references_.tolist()}],
     [{"x": x} for x in one_value], "x",
     fitted.transform(np.array([one_value], dtype=float).T)[:, 0])

for encode in ("ordinal", "onehot-dense"):
    fitted = KBinsDiscretizer(n_bins=5, encode=encode, strategy="quantile",
                              quantile_method="averaged_inverted_cdf").fit(x)
    edges = fitted.bin_edges_[0].tolist()
    probe = np.concatenate([xs, edges, [-1e12, 1e12]]).reshape(-1, 1)
    y = fitted.transform(probe)
    case("KBinsDiscretizer " + encode, [number("x")],
         [to_number, {"op": "kbins", "in": "x", "out": "bin", "edges": edges, "encode": encode}],
         [{"x": float(v)} for v in probe[:, 0]], "bin", y[:, 0] if encode == "ordinal" else y)

holes = [{"x": v} if v is not None else {"x": None} for v in [1.0, None, 3.5, None, 100.0]] + [{}]
array = np.array([[r.get("x", np.nan) if r.get("x") is not None else np.nan] for r in holes])
fitted = SimpleImputer(strategy="median").fit(array)
case("SimpleImputer", [number("x", nullable=True)],
     [to_number, {"op": "impute", "in": "x", "values": list(fitted.statistics_)}], holes, "x",
     fitted.transform(array)[:, 0])
case("impute a nullable column itself", [number("x", nullable=True)],
     [{"op": "impute", "in": "x", "out": "y", "values": [7]}], holes, "y", np.nan_to_num(array[:, 0], nan=7))
case("MissingIndicator", [number("x", nullable=True)],
     [{"op": "missing_indicator", "in": "x", "out": "m"}], holes, "m",
     MissingIndicator(features="all").fit_transform(array)[:, 0].astype(float))

colours = ["red", "green", "blue", "", "Red", "grün", "e\u0301", "\u00e9"]
train = np.array([[c] for c in colours[:5]], dtype=object)
probe = [random.choice(colours) for _ in range(40)]
probe_array = np.array([[c] for c in probe], dtype=object)
text = [{"name": "c", "type": "string"}]
for drop in (None, "first"):
    fitted = OneHotEncoder(handle_unknown="ignore", sparse_output=False, drop=drop).fit(train)
    step = {"op": "one_hot", "in": "c", "out": "h", "categories": fitted.categories_[0].tolist(), "unknown": "ignore"}
    if drop:
        step["drop"] = drop
    case("OneHotEncoder drop " + str(drop), text, [{"op": "category", "in": "c"}, step],
         [{"c": c} for c in probe], "h", fitted.transform(probe_array))
binary = np.array([["a", "x"], ["b", "y"], ["a", "z"]], dtype=object)
fitted = OneHotEncoder(drop="if_binary", sparse_output=False).fit(binary)
case("OneHotEncoder of two columns, if_binary",
     [{"name": "p", "type": "string"}, {"name": "q", "type": "string"}],
     [{"op": "one_hot", "in": ["p", "q"], "out": "h", "categories": [c.tolist() for c in fitted.categories_],
       "drop": "if_binary"}],
     [{"p": p, "q": q} for p, q in binary], "h", fitted.transform(binary))
fitted = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(np.array([["a"], [None], ["b"]], dtype=object))
case("OneHotEncoder with null as a category", [{"name": "c", "type": "string", "nullable": True}],
     [{"op": "one_hot", "in": "c", "out": "h", "categories": [None if k is None else k for k in fitted.categories_[0]],
       "unknown": "ignore"}],
     [{"c": "a"}, {"c": None}, {}, {"c": "b"}, {"c": "z"}], "h",
     fitted.transform(np.array([["a"], [None], [None], ["b"], ["z"]], dtype=object)))

fitted = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2).fit(
    np.array([["b"], ["a"], [np.nan], ["c"]], dtype=object))
known = [c for c in fitted.categories_[0] if isinstance(c, str)]
case("OrdinalEncoder", [{"name": "c", "type": "string", "nullable": True}],
     [{"op": "category", "in": "c"},
      {"op": "ordinal", "in": "c", "out": "o", "categories": known, "unknown_value": -1, "missing": -2}],
     [{"c": "a"}, {"c": "c"}, {"c": None}, {}, {"c": "?"}], "o",
     fitted.transform(np.array([["a"], ["c"], [np.nan], [np.nan], ["?"]], dtype=object))[:, 0])

groups = np.array([[random.choice("abcd")] for _ in range(200)], dtype=object)
target = (rng.random(200) < 0.4).astype(int)
fitted = TargetEncoder(target_type="binary", random_state=0).fit(groups, target)
case("TargetEncoder", [{"name": "c", "type": "string"}],
     [{"op": "target", "in": "c", "out": "t",
       "values": dict(zip(fitted.categories_[0], fitted.encodings_[0])), "default": float(fitted.target_mean_)}],
     [{"c": c} for c in "abcdz"], "t", fitted.transform(np.array([[c] for c in "abcdz"], dtype=object))[:, 0])

positive = [{"x": float(abs(v)), "y": float(w)} for v, w in zip(xs, rng.normal(0, 3, len(xs)))] + [{"x": 3.0, "y": 0.0}]
px = np.array([r["x"] for r in positive])
py = np.array([r["y"] for r in positive])
both = [number("x"), number("y")]
for op, value in (("log1p", np.log1p(px)), ("sqrt", np.sqrt(px)), ("abs", np.abs(py)), ("log", np.log(px + 1))):
    column = "y" if op == "abs" else "x"
    steps = [{"op": op, "in": column, "out": "z"}]
    if op == "log":
        steps = [{"op": "sum", "in": ["x", "one"], "out": "x1"}, {"op": "log", "in": "x1", "out": "z"}]
    fields = both + ([number("one")] if op == "log" else [])
    r = [dict(row, one=1) for row in positive] if op == "log" else positive
    case(op, fields, steps, r, "z", value, 2e-16)
case("power", both, [{"op": "power", "in": "x", "out": "z", "exponent": 1.5}], positive, "z", np.power(px, 1.5), 2e-15)
case("clip", both, [{"op": "clip", "in": "y", "out": "z", "min": -1, "max": 2.5}], positive, "z", np.clip(py, -1, 2.5))
case("ratio, zero by zero", both, [{"op": "ratio", "in": ["x", "y"], "out": "z"}], positive, "z",
     [a / b if b else 0.0 for a, b in zip(px, py)])
case("difference", both, [{"op": "difference", "in": ["x", "y"], "out": "z"}], positive, "z", px - py)
case("product of three", both, [{"op": "product", "in": ["x", "y", "y"], "out": "z"}], positive, "z", px * py * py)
case("a missing number stays missing in arithmetic", [number("x", nullable=True)],
     [to_number, {"op": "log1p", "in": "x"}, {"op": "standard_scale", "in": "x", "mean": [1], "scale": [2]}],
     [{"x": None}, {"x": 3}], "x", [np.nan, (np.log1p(3) - 1) / 2])
case("concat, in order", both + [{"name": "v", "type": "vector", "length": 2}],
     [{"op": "concat", "in": ["y", "v", "x"], "out": "z"}],
     [dict(r, v=[1.5, -2]) for r in positive[:3]], "z", [[r["y"], 1.5, -2, r["x"]] for r in positive[:3]])
case("scale a vector", [{"name": "v", "type": "vector", "length": 3}],
     [{"op": "standard_scale", "in": "v", "mean": [1, 2, 3], "scale": [2, 4, 8]}], [{"v": [3, 4, 5]}], "v",
     [[1.0, 0.5, 0.25]])

days = ["2019-10-18", "2020-02-29", "1900-01-01", "2024-12-31", "2020-01-31", "2026-11-21T23:30:00-05:00"]
dates = pd.to_datetime([d[:10] for d in days])
ref = pd.Timestamp("2020-01-31")
day_rows = [{"d": d} for d in days] + [{"d": None}]
date = [{"name": "d", "type": "date", "nullable": True}]
case("months_between", date, [{"op": "months_between", "in": "d", "ref": "2020-01-31", "out": "m"}], day_rows, "m",
     [(ref.year - d.year) * 12 + ref.month - d.month for d in dates] + [None])
case("days_between", date, [{"op": "days_between", "in": "d", "ref": "2020-01-31", "out": "m"}], day_rows, "m",
     [(ref - d).days for d in dates] + [None])
for part, values in (("year", dates.year), ("month", dates.month), ("day", dates.day), ("day_of_week", dates.day_of_week),
                     ("day_of_year", dates.day_of_year)):
    case("date_part " + part, date, [{"op": "date_part", "in": "d", "parts": [part], "out": "p"}], day_rows, "p",
         list(values) + [None])
times = ["2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-10-25T00:30:00.5Z", "1969-12-31T23:59:59.25Z",
         "2026-06-01t12:00:00+02:00"]
stamps = pd.to_datetime([t.upper() for t in times], utc=True, format="ISO8601")
case("date_part hour in a zone with summer time", [{"name": "t", "type": "timestamp"}],
     [{"op": "date_part", "in": "t", "parts": ["hour"], "zone": "Europe/Berlin", "out": "h"}], [{"t": t} for t in times],
     "h", list(stamps.tz_convert("Europe/Berlin").hour))
case("date_part hour in UTC", [{"name": "t", "type": "timestamp"}],
     [{"op": "date_part", "in": "t", "parts": ["hour"], "out": "h"}], [{"t": t} for t in times], "h", list(stamps.hour))
case("cyclic", [number("x")], [{"op": "cyclic", "in": "x", "period": 12, "out": ["s", "c"]},
                              {"op": "concat", "in": ["s", "c"], "out": "z"}],
     [{"x": i} for i in range(13)], "z", [[np.sin(2 * np.pi * i / 12), np.cos(2 * np.pi * i / 12)] for i in range(13)],
     1e-15)
case("category of a boolean and an integer", [{"name": "b", "type": "boolean", "nullable": True},
                                              {"name": "i", "type": "integer"}],
     [{"op": "category", "in": ["b", "i"]},
      {"op": "one_hot", "in": ["b", "i"], "out": "h", "categories": [[False, True], [-1, 10]], "unknown": "ignore"}],
     [{"b": True, "i": 10}, {"b": False, "i": -1.0}, {"b": None, "i": 3}], "h",
     [[0, 1, 0, 1], [1, 0, 1, 0], [0, 0, 0, 0]])

with open("src/test/resources/pipeline/number/reference.json", "w", encoding="utf-8") as file:
    json.dump(cases, file, ensure_ascii=False, indent=0)
print(len(cases), "cases")
