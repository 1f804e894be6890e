"""A fitted scikit-learn preprocessing, as declared steps.

Every transformer becomes one or two steps with what it learned. What cannot be declared is refused
by name: put it into the model's own graph, or use a transformer that can be.
"""

from collections.abc import Callable

import numpy as np

from .vocabulary import step

_WORDS = {r"(?u)\b\w\w+\b": 2, r"(?u)\b\w+\b": 1}


class CannotDeclare(ValueError):
    """The transformer, or an option of it, has no step; the message names it."""


class Declaration:
    """Collects the steps and the files of a preprocessing.

    `columns` are those that exist before it. A branch of a ColumnTransformer writes columns of its
    own, named `<branch>_<column>`, and then works on them in place.
    """

    def __init__(self, columns):
        self.steps: list[dict] = []
        self.files: dict[str, bytes] = {}
        self._taken = set(columns)
        self._own: set[str] = set()
        self._width: dict[str, int] = {}

    def features(self, transformer, columns: list[str]) -> tuple[str, int]:
        """Declares `transformer` on `columns`; the vector column that results, and its length."""
        outs = self.add(transformer, columns, "")
        width = sum(self._width.get(c, 1) for c in outs)
        if len(outs) == 1 and outs[0] in self._width:
            return outs[0], width
        self._taken.add("features")
        self.steps.append(step("concat", outs, "features"))
        return "features", width

    def add(self, transformer, columns: list[str], branch: str) -> list[str]:
        """Declares `transformer` on `columns`; the columns that hold its result, in order."""
        kind = type(transformer).__name__ if not isinstance(transformer, str) else transformer
        if kind not in _DECLARED:
            raise CannotDeclare(f"{kind} has no declared step; known are {sorted(_DECLARED)}")
        vectors = [c for c in columns if c in self._width]
        if vectors and kind not in ("Pipeline", "passthrough", "FunctionTransformer"):
            raise CannotDeclare(f"{kind} after a transformer that makes a vector ({', '.join(vectors)})")
        return _DECLARED[kind](self, transformer, list(columns), branch)

    def shared(self, columns) -> None:
        """From here on several branches read `columns`: none may write to them."""
        self._own -= set(columns)

    def emit(self, op: str, columns: list[str], branch: str, **parameters) -> list[str]:
        """A step from `columns` to as many columns."""
        outs = [c if c in self._own else self._new(branch, c) for c in columns]
        written = None if outs == columns else _one_or_all(outs)
        self.steps.append(step(op, _one_or_all(columns), written, **parameters))
        return outs

    def vector(self, op: str, column: str, branch: str, width: int, **parameters) -> str:
        """A step from one column to a vector of `width`."""
        (out,) = self.emit(op, [column], branch, **parameters)
        self._width[out] = width
        return out

    def file(self, stem: str, lines) -> dict:
        """A file with one entry a line, as a step refers to it."""
        path = f"{stem}.txt"
        self.files[path] = "".join(f"{line}\n" for line in lines).encode()
        return {"file": path}

    def _new(self, branch: str, column: str) -> str:
        name = base = f"{branch}_{column}" if branch else f"{column}_x"
        count = 1
        while name in self._taken:
            count += 1
            name = f"{base}{count}"
        self._taken.add(name)
        self._own.add(name)
        return name


def _one_or_all(columns: list[str]):
    return columns[0] if len(columns) == 1 else columns


def _numbers(values) -> list[float]:
    numbers = [float(v) for v in values]
    if not np.isfinite(numbers).all():
        raise CannotDeclare(f"a learned constant is not finite: {numbers}")
    return numbers


def _refuse(transformer, **wanted) -> None:
    """Refuses every option of `transformer` that differs from the one that has a step."""
    for name, value in wanted.items():
        _refuse_unless(getattr(transformer, name) == value, transformer, name)


def _refuse_unless(known: bool, transformer, name: str) -> None:
    """Refuses the option `name` of `transformer` unless it is `known`."""
    if not known:
        raise CannotDeclare(f"{type(transformer).__name__}({name}={getattr(transformer, name)!r}) has no declared step")


def _categories(transformer) -> list[list[str]]:
    """The learned categories, which must be strings; None for a category that stands for null."""
    for categories in transformer.categories_:
        for c in categories:
            if not isinstance(c, str) and not _is_null(c):
                raise CannotDeclare(f"{type(transformer).__name__}: the category {c!r} is not a string")
    return [[None if _is_null(c) else str(c) for c in categories] for categories in transformer.categories_]


def _is_null(value) -> bool:
    return value is None or value != value


def _without_null(transformer, categories) -> None:
    if None in categories:
        raise CannotDeclare(f"{type(transformer).__name__} learned null as a category; impute a constant before")


def _pipeline(d: Declaration, pipeline, columns, branch):
    for _, transformer in pipeline.steps:
        columns = d.add(transformer, columns, branch)
    return columns


def _column_transformer(d: Declaration, transformer, columns, branch):
    _refuse(transformer, transformer_weights=None)
    outs = []
    for name, inner, chosen in transformer.transformers_:
        chosen = [chosen] if isinstance(chosen, (str, int)) else list(chosen)
        chosen = [c if isinstance(c, str) else columns[c] for c in chosen]
        if chosen and not (isinstance(inner, str) and inner == "drop"):
            d.shared(chosen)
            outs += d.add(inner, chosen, f"{branch}_{name}" if branch else name)
    return outs


def _union(d: Declaration, union, columns, branch):
    _refuse(union, transformer_weights=None)
    outs = []
    for name, inner in union.transformer_list:
        d.shared(columns)
        outs += d.add(inner, columns, f"{branch}_{name}" if branch else name)
    return outs


def _function(d: Declaration, transformer, columns, branch):
    _refuse(transformer, kw_args=None)
    if transformer.func is None:
        return columns
    ops = {np.log1p: "log1p", np.log: "log", np.sqrt: "sqrt", np.abs: "abs"}
    if transformer.func not in ops:
        raise CannotDeclare(f"FunctionTransformer({transformer.func!r}) has no declared step")
    return d.emit(ops[transformer.func], columns, branch)


def _imputer(d: Declaration, imputer, columns, branch):
    _refuse_unless(_is_null(imputer.missing_values), imputer, "missing_values")
    values = [v if isinstance(v, str) else _numbers([v])[0] for v in imputer.statistics_]
    missing = [columns[i] for i in imputer.indicator_.features_] if imputer.add_indicator else []
    d.shared(missing)
    flags = d.emit("missing_indicator", missing, f"{branch}_missing".lstrip("_")) if missing else []
    return d.emit("impute", columns, branch, values=values) + flags


def _standard(d: Declaration, scaler, columns, branch):
    mean = getattr(scaler, "mean_", getattr(scaler, "center_", None))
    scale = getattr(scaler, "scale_", None)
    mean = [0.0] * len(columns) if mean is None or getattr(scaler, "with_mean", True) is False else _numbers(mean)
    scale = [1.0] * len(columns) if scale is None else _numbers(scale)
    return d.emit("standard_scale", columns, branch, mean=mean, scale=scale)


def _minmax(d: Declaration, scaler, columns, branch):
    return d.emit(
        "minmax_scale",
        columns,
        branch,
        scale=_numbers(scaler.scale_),
        min=_numbers(scaler.min_),
        feature_range=_numbers(scaler.feature_range),
        clip=bool(scaler.clip),
    )


def _quantile(d: Declaration, transformer, columns, branch):
    _refuse(transformer, output_distribution="uniform")
    references = _numbers(transformer.references_)
    return [
        d.emit("quantile", [c], branch, quantiles=_numbers(transformer.quantiles_[:, i]), references=references)[0]
        for i, c in enumerate(columns)
    ]


def _kbins(d: Declaration, binner, columns, branch):
    outs = []
    for i, column in enumerate(columns):
        edges = _numbers(binner.bin_edges_[i])
        if binner.encode == "ordinal":
            outs += d.emit("kbins", [column], branch, edges=edges, encode="ordinal")
        else:
            outs.append(d.vector("kbins", column, branch, int(binner.n_bins_[i]), edges=edges, encode="onehot"))
    return outs


def _one_hot(d: Declaration, encoder, columns, branch):
    _refuse(encoder, min_frequency=None, max_categories=None)
    _refuse_unless(encoder.handle_unknown in ("ignore", "error"), encoder, "handle_unknown")
    _refuse_unless(encoder.drop is None or isinstance(encoder.drop, str), encoder, "drop")
    outs = []
    for i, categories in enumerate(_categories(encoder)):
        _without_null(encoder, categories)
        dropped = encoder.drop_idx_ is not None and encoder.drop_idx_[i] is not None
        options = {"unknown": encoder.handle_unknown} | ({"drop": encoder.drop} if encoder.drop else {})
        width = len(categories) - dropped
        outs.append(d.vector("one_hot", columns[i], branch, width, categories=categories, **options))
    return outs


def _ordinal(d: Declaration, encoder, columns, branch):
    _refuse(encoder, min_frequency=None, max_categories=None)
    unknown = {} if encoder.handle_unknown == "error" else {"unknown_value": float(encoder.unknown_value)}
    outs = []
    for column, categories in zip(columns, _categories(encoder)):
        learned = None in categories
        missing = encoder.encoded_missing_value if learned else unknown.get("unknown_value", np.nan)
        missing = {} if _is_null(missing) else {"missing": float(missing)}
        known = [c for c in categories if c is not None]
        outs += d.emit("ordinal", [column], branch, categories=known, **missing, **unknown)
    return outs


def _target(d: Declaration, encoder, columns, branch):
    if encoder.target_type_ == "multiclass":
        raise CannotDeclare("TargetEncoder of a multiclass target has no declared step")
    outs = []
    for i, categories in enumerate(_categories(encoder)):
        _without_null(encoder, categories)
        values = dict(zip(categories, _numbers(encoder.encodings_[i])))
        outs += d.emit("target", [columns[i]], branch, values=values, default=float(encoder.target_mean_))
    return outs


def _tokens(d: Declaration, vectorizer, columns, branch) -> str:
    """The steps from text to tokens that all vectorizers share; the column of tokens."""
    _refuse(
        vectorizer, analyzer="word", stop_words=None, preprocessor=None, tokenizer=None, binary=False, input="content"
    )
    _refuse_unless(vectorizer.token_pattern in _WORDS, vectorizer, "token_pattern")
    _refuse_unless(vectorizer.strip_accents in (None, "unicode"), vectorizer, "strip_accents")
    if vectorizer.lowercase:
        columns = d.emit("lower", columns, branch)
    if vectorizer.strip_accents:
        columns = d.emit("strip_accents", columns, branch)
    (column,) = d.emit("tokenize", columns, branch, min_chars=_WORDS[vectorizer.token_pattern])
    low, high = vectorizer.ngram_range
    return d.emit("ngrams", [column], branch, min=low, max=high)[0] if (low, high) != (1, 1) else column


def _tfidf(d: Declaration, vectorizer, columns, branch):
    column = _tokens(d, vectorizer, columns, branch)
    terms = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.get)
    if any("\n" in t or "\r" in t for t in terms):
        raise CannotDeclare("TfidfVectorizer: a term holds a line break")
    idf = vectorizer.idf_ if vectorizer.use_idf else np.ones(len(terms))
    prefix = f"{branch}_" if branch else ""
    learned = {
        "vocab": d.file(f"{prefix}vocab", terms),
        "idf": d.file(f"{prefix}idf", [repr(v) for v in _numbers(idf)]),
        "sublinear_tf": bool(vectorizer.sublinear_tf),
        "norm": _norm(vectorizer),
    }
    return [d.vector("tfidf", column, branch, len(terms), **learned)]


def _hashing(d: Declaration, vectorizer, columns, branch):
    column = _tokens(d, vectorizer, columns, branch)
    width = int(vectorizer.n_features)
    signed = bool(vectorizer.alternate_sign)
    return [
        d.vector("hash_text", column, branch, width, n_features=width, alternate_sign=signed, norm=_norm(vectorizer))
    ]


def _norm(vectorizer) -> str:
    _refuse_unless(vectorizer.norm in ("l1", "l2"), vectorizer, "norm")
    return vectorizer.norm


_DECLARED: dict[str, Callable] = {
    "passthrough": lambda d, transformer, columns, branch: columns,
    "Pipeline": _pipeline,
    "ColumnTransformer": _column_transformer,
    "FeatureUnion": _union,
    "FunctionTransformer": _function,
    "SimpleImputer": _imputer,
    "StandardScaler": _standard,
    "RobustScaler": _standard,
    "MaxAbsScaler": _standard,
    "MinMaxScaler": _minmax,
    "QuantileTransformer": _quantile,
    "KBinsDiscretizer": _kbins,
    "OneHotEncoder": _one_hot,
    "OrdinalEncoder": _ordinal,
    "TargetEncoder": _target,
    "TfidfVectorizer": _tfidf,
    "HashingVectorizer": _hashing,
}
