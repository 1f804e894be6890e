"""A fitted scikit-learn preprocessing, as declared steps.

Every transformer becomes one or two steps with what it learned. It is taken by its exact class, and
every parameter of it must be known here: one that a later version adds is refused by its name, also
at its default, because nobody can say what it does. What cannot be declared is refused by name.
"""

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)

from .refusal import CannotDeclare, examine, is_null, kind_of, refuse
from .vocabulary import step

_WORDS = {r"(?u)\b\w\w+\b": 2, r"(?u)\b\w+\b": 1}
#: Steps whose result is null or NaN where what they read is.
KEEPS_NULL = {
    "number", "category", "standard_scale", "minmax_scale", "quantile", "log1p", "log", "sqrt", "abs", "power", "clip",
    "months_between", "days_between", "date_part", "ratio", "difference", "sum", "product", "cyclic", "lower",
}  # fmt: skip
#: Steps that make NaN of a number below this one.
_DOMAIN = {"log": 0.0, "log1p": -1.0, "sqrt": 0.0}
_NUMBERS = ("number", "whole", "integer", "boolean")
_TEXTS = ("string", "category")


@dataclass(frozen=True)
class Part:
    """A part of a pipeline and what became of it: `becomes` is `step`, `onnx` or `refused`;
    `detail` names the steps, or says why it was refused."""

    path: str
    kind: str
    becomes: str
    detail: str

    def __str__(self):
        return f"{self.path or 'model'} ({self.kind}) → {self.becomes}: {self.detail}"


class Declaration:
    """Collects the steps and the files of a preprocessing.

    `columns` are those that exist before it, `types` the manifest's type of each that comes straight
    from a field (a step `number` or `category` is declared where it is first read as one), and
    `nullable` those that may be null. A branch of a ColumnTransformer writes columns of its own,
    named `<branch>_<column>`, and then works on them in place. With `tolerant`, a refused part is
    noted in `parts` and the rest goes on; the steps are then of no use. `least` is the smallest value of
    a column where the input declares one. After `features`, `may_be_nan` says for each number of the
    vector whether it can be NaN, and `relied` names the columns whose `least` keeps a logarithm from it. `nulls` has the value that
    stood for null in training where it is known, as None and NaN are not the same to every transformer.
    """

    def __init__(
        self, columns, types: dict[str, str] | None = None, nullable: Iterable[str] = (), least=None, tolerant=False
    ):
        self.steps: list[dict] = []
        self.files: dict[str, bytes] = {}
        self.parts: list[Part] = []
        self.types = dict(types or {})
        self.nullable = set(nullable)
        self.read: set[str] = set()
        self.may_be_nan: list[bool] = []
        self._least: dict[str, tuple[float, str]] = {c: (value, c) for c, value in (least or {}).items()}
        self.relied: set[str] = set()
        self.nulls: dict[str, object] = {}
        self.tolerant = tolerant
        self._taken = set(columns)
        self._own: set[str] = set()
        self._width: dict[str, int] = {}
        self._cast: dict[tuple[str, str], str] = {}
        self._path: list[str] = []

    def features(self, transformer, columns: list[str]) -> tuple[str, int]:
        """Declares `transformer` on `columns`; the vector column that results, and its length."""
        outs = self.add(transformer, columns, "")
        return self.vector_of(outs)

    def vector_of(self, outs: list[str]) -> tuple[str, int]:
        """One vector of `outs`, numbers and vectors, and its length."""
        outs = self.numbers(outs)
        width = sum(self._width.get(c, 1) for c in outs)
        if len(outs) == 1 and outs[0] in self._width:
            self.may_be_nan = self.may_be_nan if len(self.may_be_nan) == width else [outs[0] in self.nullable] * width
            return outs[0], width
        name = self._free("features")
        self.may_be_nan = [c in self.nullable for c in outs for _ in range(self._width.get(c, 1))]
        if any(c in self.nullable for c in outs):
            self.nullable.add(name)
        self.steps.append(step("concat", outs, name))
        self._width[name] = width
        return name, width

    def add(self, transformer, columns: list[str], branch: str) -> list[str]:
        """Declares `transformer` on `columns`; the columns that hold its result, in order."""
        if transformer is None or isinstance(transformer, str):
            if transformer in (None, "passthrough"):
                return list(columns)
            raise CannotDeclare(f"{transformer!r} is no transformer", self.path)
        if type(transformer) in _NESTED:
            with self._refusing():
                return _NESTED[type(transformer)](self, transformer, list(columns), branch)
        before = len(self.steps)
        try:
            with self._refusing():
                outs = self._leaf(transformer, list(columns), branch)
        except CannotDeclare as e:
            if not self.tolerant:
                raise
            self.parts.append(Part(self.path, kind_of(transformer), "refused", e.reason))
            return list(columns)
        ops = list(dict.fromkeys(s["op"] for s in self.steps[before:])) or ["nothing to do"]
        self.parts.append(Part(self.path, kind_of(transformer), "step", ", ".join(ops)))
        return outs

    def _leaf(self, transformer, columns, branch):
        if type(transformer) not in _DECLARED:
            known = sorted(c.__name__ for c in (*_NESTED, *_DECLARED))
            raise CannotDeclare(f"{kind_of(transformer)} has no declared step; known are {known}")
        vectors = [c for c in columns if c in self._width]
        if vectors and type(transformer) in _ON_VECTORS:
            columns = [self.vector_of(columns)[0]]
        elif vectors:
            raise CannotDeclare(
                f"{kind_of(transformer)} after a transformer that makes a vector ({', '.join(vectors)}); "
                "put it into the branch of its own columns"
            )
        outs = _DECLARED[type(transformer)](self, transformer, columns, branch)
        self._require_width(transformer, outs)
        return outs

    def _require_width(self, transformer, outs):
        """What the library says about the number of its results is compared where it says so."""
        try:
            expected = len(transformer.get_feature_names_out())
        except Exception:  # the library has no names for some parameters; its width is checked at the end
            return
        if expected != self.width(outs):
            raise CannotDeclare(
                f"{kind_of(transformer)} makes {expected} columns and {self.width(outs)} are declared; "
                "a column without any value in training is the usual cause: leave it out"
            )

    @property
    def path(self) -> str:
        """Where in the pipeline the declaration is, as `pipeline / branch / part`."""
        return " / ".join(self._path)

    @contextmanager
    def inside(self, name: str):
        """Everything declared meanwhile is part of the part `name`."""
        self._path.append(name)
        try:
            yield
        finally:
            self._path.pop()

    @contextmanager
    def _refusing(self):
        try:
            yield
        except CannotDeclare as e:
            if e.part or not self._path:
                raise
            raise CannotDeclare(e.reason, self.path) from e

    def width(self, columns) -> int:
        """The number of numbers in `columns`."""
        return sum(self._width.get(c, 1) for c in columns)

    def length(self, column: str) -> int | None:
        """The length of a vector; None for any other column."""
        return self._width.get(column)

    def shared(self, columns) -> None:
        """From here on several branches read `columns`: none may write to them."""
        self._own -= set(columns)

    def numbers(self, columns: list[str]) -> list[str]:
        """`columns` as numbers: a step `number` for those that come straight from a field."""
        return self._as("number", columns, _NUMBERS, "a number; encode it first")

    def categories(self, columns: list[str]) -> list[str]:
        """`columns` as categories: a step `category` for those that come straight from a field."""
        return self._as(
            "category", columns, (*_TEXTS, "integer", "boolean"), "categories; turn it into text or integers"
        )

    def texts(self, columns: list[str]) -> list[str]:
        """`columns` as texts that are never null."""
        for c in columns:
            if c in self.types and self.types[c] not in _TEXTS:
                raise CannotDeclare(f"the column {c!r} is {self.types[c]}, not text")
            if c in self.nullable:
                raise CannotDeclare(f"the text {c!r} may be null; impute a constant before")
        self.read.update(c for c in columns if c in self.types)
        return columns

    def _as(self, op, columns, fitting, wanted):
        fresh = [c for c in columns if c in self.types and (op, c) not in self._cast]
        for c in fresh:
            if op == "category" and self.types[c] == "whole":
                self.types[c] = "integer"
            if self.types[c] not in fitting:
                raise CannotDeclare(f"the column {c!r} is {self.types[c]} and cannot be used as {wanted}")
        if fresh:
            self.read.update(fresh)
            for c in fresh:
                self._cast[op, c] = self._free(f"{c}_{op}")
            outs = [self._cast[op, c] for c in fresh]
            self.nullable.update(o for c, o in zip(fresh, outs) if c in self.nullable)
            self._least |= {o: self._least[c] for c, o in zip(fresh, outs) if op == "number" and c in self._least}
            self.steps.append(step(op, _one_or_all(fresh), _one_or_all(outs)))
        return [self._cast.get((op, c), c) for c in columns]

    def emit(self, op: str, columns: list[str], branch: str, **parameters) -> list[str]:
        """A step from `columns` to as many columns."""
        outs = [c if c in self._own else self._new(branch, c) for c in columns]
        for c, out in zip(columns, outs):
            keeps = (op in KEEPS_NULL and c in self.nullable) or not self._within(op, c)
            (self.nullable.add if keeps else self.nullable.discard)(out)
            if c in self._width:
                self._width[out] = self._width[c]
        for i, (c, out) in enumerate(zip(columns, outs)):
            least = self._least.pop(c, None) if c == out else self._least.get(c)
            if op == "abs":
                self._least[out] = (0.0, "")
            elif least and op == "impute" and not isinstance(parameters["values"][i], str):
                self._least[out] = (min(least[0], parameters["values"][i]), least[1])
        written = None if outs == columns else _one_or_all(outs)
        self.steps.append(step(op, _one_or_all(columns), written, **parameters))
        return outs

    def _within(self, op: str, column: str) -> bool:
        """Whether the values of a column are all in the domain of `op`, by the least that is declared."""
        if op not in _DOMAIN:
            return True
        least, field = self._least.get(column, (-np.inf, ""))
        if least < _DOMAIN[op]:
            return False
        self.relied.add(field)
        return True

    def vector(self, op: str, column: str, branch: str, width: int, **parameters) -> str:
        """A step from one column to a vector of `width`."""
        (out,) = self.emit(op, [column], branch, **parameters)
        self._width[out] = width
        return out

    def file(self, stem: str, lines) -> dict:
        """A file with one entry a line, as a step refers to it."""
        name, count = stem, 1
        while f"{name}.txt" in self.files:
            count += 1
            name = f"{stem}{count}"
        self.files[f"{name}.txt"] = "".join(f"{line}\n" for line in lines).encode()
        return {"file": f"{name}.txt"}

    def _new(self, branch: str, column: str) -> str:
        name = self._free(f"{branch}_{column}" if branch else f"{column}_x")
        self._own.add(name)
        return name

    def _free(self, base: str) -> str:
        name, count = base, 1
        while name in self._taken:
            count += 1
            name = f"{base}{count}"
        self._taken.add(name)
        return name


def _one_or_all(columns: list[str]):
    return columns[0] if len(columns) == 1 else columns


def _finite(values, transformer, columns=()) -> list[float]:
    numbers = [float(v) for v in values]
    for i, number in enumerate(numbers):
        if not np.isfinite(number):
            which = f" of the column {columns[i]!r}" if i < len(columns) else ""
            raise CannotDeclare(
                f"{kind_of(transformer)} learned {number}{which}, which is no finite number; "
                "a column without any value in training is the usual cause: leave it out"
            )
    return numbers


def _categories(d: Declaration, transformer, columns) -> list[list[str | None]]:
    """The learned categories as the step `category` writes them; None for one that stands for null."""
    lists = []
    for column, categories in zip(columns, transformer.categories_):
        whole = d.types.get(column) in ("integer", "whole", "boolean")
        found = [None if is_null(c) else _canonical(c, whole, transformer) for c in categories]
        if None in found[:-1] or len(set(found)) < len(found):
            raise CannotDeclare(
                f"{kind_of(transformer)} learned the categories {found} of {column!r}: "
                "null must stand once, at the end, and no two may read the same"
            )
        lists.append(found)
    return lists


def _canonical(category, whole: bool, transformer) -> str:
    if isinstance(category, str):
        return str(category)
    if whole and isinstance(category, (bool, np.bool_)):
        return "true" if category else "false"
    if whole and float(category) == int(category) and abs(int(category)) < 2**53:
        return str(int(category))
    raise CannotDeclare(f"{kind_of(transformer)}: the category {category!r} is not a string")


def _pipeline(d: Declaration, pipeline, columns, branch):
    examine(pipeline, "steps memory verbose", transform_input=None)
    for name, transformer in pipeline.steps:
        with d.inside(name):
            columns = d.add(transformer, columns, branch)
    return columns


def _column_transformer(d: Declaration, transformer, columns, branch):
    examine(
        transformer,
        "transformers remainder sparse_threshold n_jobs verbose verbose_feature_names_out force_int_remainder_cols",
        transformer_weights=None,
    )
    if not hasattr(transformer, "transformers_"):
        raise CannotDeclare("ColumnTransformer is not fitted")
    if len(columns) != transformer.n_features_in_:
        raise CannotDeclare(
            f"ColumnTransformer was fitted on {transformer.n_features_in_} columns and gets {len(columns)} here; "
            "one after a transformer that makes vectors cannot be declared"
        )
    outs = []
    for name, inner, chosen in transformer.transformers_:
        places = _places(transformer, name, chosen)
        if not places or (isinstance(inner, str) and inner == "drop"):
            continue
        given = [columns[p] for p in places]
        d.shared(given)
        with d.inside(name):
            made = d.add(inner, given, f"{branch}_{name}" if branch else name)
            expected = transformer.output_indices_[name]
            if d.width(made) != expected.stop - expected.start and not d.tolerant:
                raise CannotDeclare(
                    f"makes {expected.stop - expected.start} columns and {d.width(made)} are declared", d.path
                )
        outs += made
    return outs


def _places(transformer, name: str, chosen) -> list[int]:
    """The places of the columns that a branch was fitted on: it names them by name, place, slice or
    mask."""
    count = transformer.n_features_in_
    names = list(getattr(transformer, "feature_names_in_", ()))

    def place(one):
        if isinstance(one, str):
            if names.count(one) != 1:
                raise CannotDeclare(f"the branch {name!r} reads the column {one!r}, which is not there once: {names}")
            return names.index(one)
        return range(count)[int(one)]

    if callable(chosen):
        raise CannotDeclare(f"the branch {name!r} chooses its columns by a function: fit the ColumnTransformer first")
    if isinstance(chosen, slice):
        if isinstance(chosen.start, str) or isinstance(chosen.stop, str):
            first = 0 if chosen.start is None else place(chosen.start)
            last = count - 1 if chosen.stop is None else place(chosen.stop)
            found = list(range(first, last + 1, chosen.step or 1))
        else:
            found = list(range(count)[chosen])
    elif isinstance(chosen, (str, int, np.integer)) and not isinstance(chosen, bool):
        found = [place(chosen)]
    else:
        listed = list(chosen)
        if listed and all(isinstance(c, (bool, np.bool_)) for c in listed):
            if len(listed) != count:
                raise CannotDeclare(f"the branch {name!r} has a mask of {len(listed)} for {count} columns")
            found = [i for i, c in enumerate(listed) if c]
        else:
            found = [place(c) for c in listed]
    fitted = getattr(transformer, "_transformer_to_input_indices", {}).get(name)
    if fitted is not None and [int(i) for i in fitted] != found:
        raise CannotDeclare(f"the branch {name!r} reads the columns {list(fitted)} and was understood as {found}")
    return found


def _union(d: Declaration, union, columns, branch):
    examine(union, "transformer_list n_jobs verbose verbose_feature_names_out", transformer_weights=None)
    outs = []
    for name, inner in union.transformer_list:
        if isinstance(inner, str) and inner == "drop":
            continue
        d.shared(columns)
        with d.inside(name):
            outs += d.add(inner, columns, f"{branch}_{name}" if branch else name)
    return outs


def _function(d: Declaration, transformer, columns, branch):
    examine(
        transformer,
        "func inverse_func validate accept_sparse check_inverse feature_names_out inv_kw_args",
        kw_args=lambda value: not value,
    )
    if transformer.func is None:
        return columns
    ops = {np.log1p: "log1p", np.log: "log", np.sqrt: "sqrt", np.abs: "abs", np.square: "power"}
    op = next((op for function, op in ops.items() if function is transformer.func), None)
    if op is None:
        name = getattr(transformer.func, "__name__", repr(transformer.func))
        raise CannotDeclare(
            f"FunctionTransformer({name}) has no declared step; known are np.log1p, np.log, np.sqrt, np.abs, np.square"
        )
    return d.emit(op, d.numbers(columns), branch, **({"exponent": 2.0} if op == "power" else {}))


def _imputer(d: Declaration, imputer, columns, branch):
    examine(
        imputer,
        "strategy fill_value copy add_indicator keep_empty_features",
        missing_values=lambda value: is_null(value),
    )
    for c in columns:
        null = d.nulls.get(c)
        if c in d.nulls and (null is None) != (imputer.missing_values is None):
            raise CannotDeclare(
                f"SimpleImputer(missing_values={imputer.missing_values!r}) does not replace the nulls of {c!r}, which are "
                f"{null!r} in the training data: use the same in both"
            )
    text = [isinstance(v, str) for v in imputer.statistics_]
    if any(text) and not all(text):
        raise CannotDeclare("SimpleImputer learned texts and numbers; give each kind of column an imputer of its own")
    columns = d.categories(columns) if all(text) else d.numbers(columns)
    values = [str(v) for v in imputer.statistics_] if all(text) else _finite(imputer.statistics_, imputer, columns)
    flags = _indicate(d, imputer.indicator_, columns, branch) if imputer.add_indicator else []
    return d.emit("impute", columns, branch, values=values) + flags


def _indicator(d: Declaration, indicator, columns, branch):
    return _indicate(d, indicator, columns, branch)


def _indicate(d: Declaration, indicator, columns, branch):
    examine(indicator, "features sparse", missing_values=lambda value: is_null(value), error_on_new=lambda value: True)
    missing = [columns[i] for i in indicator.features_]
    unseen = [c for c in columns if c in d.nullable and c not in missing]
    if unseen and indicator.features == "missing-only" and indicator.error_on_new:
        raise CannotDeclare(
            f"MissingIndicator(error_on_new=True) refuses a null of {unseen}, which training never saw: "
            "declare the field as not nullable, or use error_on_new=False"
        )
    d.shared(missing)
    return d.emit("missing_indicator", missing, f"{branch}_missing".lstrip("_")) if missing else []


def _spread(d: Declaration, columns) -> int:
    """How many numbers a scaler sees: the length of a vector, else the number of columns."""
    return d.width(columns)


def _standard(d: Declaration, scaler, columns, branch):
    examine(
        scaler,
        "copy with_mean with_std with_centering with_scaling quantile_range unit_variance",
        clip=lambda value: value in (True, False),
    )
    columns = d.numbers(columns)
    mean = getattr(scaler, "mean_", getattr(scaler, "center_", None))
    scale = getattr(scaler, "scale_", None)
    count = _spread(d, columns)
    mean = [0.0] * count if mean is None or getattr(scaler, "with_mean", True) is False else mean
    scale = [1.0] * count if scale is None else scale
    learned = {"mean": _finite(mean, scaler, columns), "scale": _finite(scale, scaler, columns)}
    columns = d.emit("standard_scale", columns, branch, **learned)
    return d.emit("clip", columns, branch, min=-1.0, max=1.0) if getattr(scaler, "clip", False) else columns


def _minmax(d: Declaration, scaler, columns, branch):
    examine(scaler, "feature_range copy clip")
    columns = d.numbers(columns)
    return d.emit(
        "minmax_scale",
        columns,
        branch,
        scale=_finite(scaler.scale_, scaler, columns),
        min=_finite(scaler.min_, scaler, columns),
        feature_range=_finite(scaler.feature_range, scaler),
        clip=bool(scaler.clip),
    )


def _quantile(d: Declaration, transformer, columns, branch):
    examine(
        transformer,
        "n_quantiles ignore_implicit_zeros subsample random_state copy",
        output_distribution="uniform",
    )
    columns = d.numbers(columns)
    references = _finite(transformer.references_, transformer)
    outs = []
    for i, c in enumerate(columns):
        quantiles = _finite(transformer.quantiles_[:, i], transformer, [c] * len(references))
        if quantiles[0] == quantiles[-1]:
            raise CannotDeclare(f"QuantileTransformer saw only one value of {c!r} in training: leave the column out")
        outs += d.emit("quantile", [c], branch, quantiles=quantiles, references=references)
    return outs


def _kbins(d: Declaration, binner, columns, branch):
    examine(
        binner,
        "n_bins strategy quantile_method dtype subsample random_state",
        encode=lambda value: value in ("ordinal", "onehot", "onehot-dense"),
    )
    columns = d.numbers(columns)
    outs = []
    for i, column in enumerate(columns):
        edges = _finite(binner.bin_edges_[i], binner, [column] * len(binner.bin_edges_[i]))
        if binner.encode == "ordinal":
            outs += d.emit("kbins", [column], branch, edges=edges, encode="ordinal")
        else:
            outs.append(d.vector("kbins", column, branch, int(binner.n_bins_[i]), edges=edges, encode="onehot"))
    return outs


def _encodable(d: Declaration, encoder, columns):
    """The categories of an encoder's columns, and the columns as categories."""
    if not hasattr(encoder, "categories_"):
        raise CannotDeclare(f"{kind_of(encoder)} is not fitted")
    cast = d.categories(columns)
    return _categories(d, encoder, columns), cast


def _one_hot(d: Declaration, encoder, columns, branch):
    examine(
        encoder,
        "categories sparse_output dtype feature_name_combiner",
        min_frequency=None,
        max_categories=None,
        handle_unknown=lambda value: value in ("ignore", "error", "infrequent_if_exist"),
        drop=lambda value: value is None or isinstance(value, str),
    )
    known, columns = _encodable(d, encoder, columns)
    unknown = "error" if encoder.handle_unknown == "error" else "ignore"
    outs = []
    for i, categories in enumerate(known):
        dropped = encoder.drop_idx_ is not None and encoder.drop_idx_[i] is not None
        if dropped and encoder.drop_idx_[i] != 0:
            refuse(encoder, "drop")
        options = {"unknown": unknown} | ({"drop": encoder.drop} if encoder.drop else {})
        width = len(categories) - dropped
        outs.append(d.vector("one_hot", columns[i], branch, width, categories=categories, **options))
    return outs


def _ordinal(d: Declaration, encoder, columns, branch):
    examine(
        encoder,
        "categories dtype handle_unknown",
        min_frequency=None,
        max_categories=None,
        unknown_value=lambda value: value is None or not is_null(value),
        encoded_missing_value=lambda value: True,
    )
    unknown = {} if encoder.handle_unknown == "error" else {"unknown_value": float(encoder.unknown_value)}
    known, columns = _encodable(d, encoder, columns)
    outs = []
    for column, categories in zip(columns, known):
        learned = None in categories
        if column in d.nullable and not learned and not unknown:
            raise CannotDeclare(
                f"OrdinalEncoder(handle_unknown='error') refuses a null of {column!r}, which training never saw: "
                "declare the field as not nullable, or use handle_unknown='use_encoded_value'"
            )
        missing = encoder.encoded_missing_value if learned else unknown.get("unknown_value", np.nan)
        is_nan = is_null(missing)
        nullable = column in d.nullable and is_nan
        outs += d.emit(
            "ordinal",
            [column],
            branch,
            categories=[c for c in categories if c is not None],
            **({} if is_nan else {"missing": float(missing)}),
            **unknown,
        )
        if nullable:
            d.nullable.add(outs[-1])
    return outs


def _target(d: Declaration, encoder, columns, branch):
    examine(encoder, "categories target_type smooth cv shuffle random_state")
    if encoder.target_type_ == "multiclass":
        raise CannotDeclare("TargetEncoder of a multiclass target has no declared step")
    known, columns = _encodable(d, encoder, columns)
    outs = []
    for i, categories in enumerate(known):
        if None in categories:
            raise CannotDeclare("TargetEncoder learned null as a category; impute a constant before")
        values = dict(zip(categories, _finite(encoder.encodings_[i], encoder)))
        outs += d.emit("target", [columns[i]], branch, values=values, default=float(encoder.target_mean_))
    return outs


def _tokens(d: Declaration, vectorizer, columns, branch, free: str, **conditions) -> str:
    """The steps from text to tokens that all vectorizers share; the column of tokens."""
    examine(
        vectorizer,
        f"encoding decode_error lowercase ngram_range dtype {free}",
        analyzer="word", stop_words=None, preprocessor=None, tokenizer=None, binary=False, input="content",
        token_pattern=lambda value: value in _WORDS,
        strip_accents=lambda value: value in (None, "unicode"),
        **conditions,
    )  # fmt: skip
    if len(columns) != 1:
        raise CannotDeclare(f"{kind_of(vectorizer)} takes one text, not the columns {columns}")
    columns = d.texts(columns)
    if vectorizer.lowercase:
        columns = d.emit("lower", columns, branch)
    if vectorizer.strip_accents:
        columns = d.emit("strip_accents", columns, branch)
    (column,) = d.emit("tokenize", columns, branch, min_chars=_WORDS[vectorizer.token_pattern])
    low, high = vectorizer.ngram_range
    return d.emit("ngrams", [column], branch, min=low, max=high)[0] if (low, high) != (1, 1) else column


def _is_norm(value) -> bool:
    return value in ("l1", "l2", None)


def _tfidf(d: Declaration, vectorizer, columns, branch):
    if not hasattr(vectorizer, "vocabulary_"):
        raise CannotDeclare(f"{kind_of(vectorizer)} is not fitted")
    free = "max_df min_df max_features vocabulary use_idf smooth_idf sublinear_tf"
    column = _tokens(d, vectorizer, columns, branch, free, norm=_is_norm)
    terms = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.get)
    if sorted(vectorizer.vocabulary_.values()) != list(range(len(terms))):
        raise CannotDeclare(f"{kind_of(vectorizer)}: the places of its vocabulary have gaps")
    for t in terms:
        if "\n" in t or "\r" in t or any("\ud800" <= c <= "\udfff" for c in t):
            raise CannotDeclare(f"{kind_of(vectorizer)}: the term {t!r} holds a line break or half a character")
    weighted = getattr(vectorizer, "use_idf", False)
    idf = vectorizer.idf_ if weighted else np.ones(len(terms))
    prefix = f"{branch}_" if branch else ""
    learned = {
        "vocab": d.file(f"{prefix}vocab", terms),
        "idf": d.file(f"{prefix}idf", [repr(v) for v in _finite(idf, vectorizer)]),
        "sublinear_tf": bool(getattr(vectorizer, "sublinear_tf", False)),
        "norm": getattr(vectorizer, "norm", None),
    }
    return [d.vector("tfidf", column, branch, len(terms), **learned)]


def _hashing(d: Declaration, vectorizer, columns, branch):
    free = "n_features alternate_sign"
    column = _tokens(d, vectorizer, columns, branch, free, norm=_is_norm)
    width = int(vectorizer.n_features)
    signed = bool(vectorizer.alternate_sign)
    return [d.vector("hash_text", column, branch, width, n_features=width, alternate_sign=signed, norm=vectorizer.norm)]


#: Containers: each of their parts is declared by itself.
_NESTED: dict[type, Callable] = {
    Pipeline: _pipeline,
    ColumnTransformer: _column_transformer,
    FeatureUnion: _union,
}
_DECLARED: dict[type, Callable] = {
    FunctionTransformer: _function,
    SimpleImputer: _imputer,
    MissingIndicator: _indicator,
    StandardScaler: _standard,
    RobustScaler: _standard,
    MaxAbsScaler: _standard,
    MinMaxScaler: _minmax,
    QuantileTransformer: _quantile,
    KBinsDiscretizer: _kbins,
    OneHotEncoder: _one_hot,
    OrdinalEncoder: _ordinal,
    TargetEncoder: _target,
    TfidfVectorizer: _tfidf,
    CountVectorizer: _tfidf,
    HashingVectorizer: _hashing,
}
#: Steps that work on the numbers of a vector as on columns.
_ON_VECTORS = (FunctionTransformer, StandardScaler, RobustScaler, MaxAbsScaler, MinMaxScaler)
