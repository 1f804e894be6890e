"""The words of format 1: which members a manifest, a field, a step may have. A trailing `?` marks an optional member."""

FORMAT = "slipway/1"


def _table(text: str) -> dict[str, tuple[frozenset, frozenset]]:
    """`name member member?` lines → {name: (required members, optional members)}."""
    table = {}
    for name, *members in (line.split() for line in text.strip().splitlines()):
        optional = {m[:-1] for m in members if m.endswith("?")}
        table[name] = (frozenset(members) - {m + "?" for m in optional}, frozenset(optional))
    return table


MANIFEST = _table("""
manifest format model input output preprocessing? tensors? examples? reference? lineage? policy?
model name file description? task?
examples file tolerance?
reference file
tensor name from dtype? shape?
lineage code? data? parameters? metrics? environment? training? parents?
code repository? commit? dirty? entrypoint?
data name uri? sha256? dvc? rows? from? to?
environment python? packages?
training started? ended? by? run?
example object output tolerance?
""")

INPUTS = _table("""
record fields additional?
text max_chars?
mail max_bytes? max_parts?
image media_types? max_bytes? max_pixels?
tensors
""")

FIELDS = _table("""
number nullable? min? max? enum?
integer nullable? min? max? enum?
boolean nullable?
string nullable? enum? max_chars?
category nullable? enum? max_chars? unknown?
date nullable? min? max?
timestamp nullable? min? max?
vector length nullable? min? max?
""")

OUTPUTS = _table("""
classification labels probabilities? logits? activation? threshold? top_k?
sigmoid_probability name tensor? threshold? labels?
value name tensor unit? transform?
tensors names?
""")

STEPS = _table("""
number
impute values
missing_indicator
clip min? max?
log1p
log
sqrt
abs
power exponent
ratio
difference
sum
product
standard_scale mean scale
minmax_scale scale min clip? feature_range?
quantile quantiles references
kbins edges encode?
concat
category
one_hot categories unknown? drop?
ordinal categories missing? unknown_value?
target values default
months_between ref? ref_field?
days_between ref? ref_field?
date_part parts zone?
cyclic period
html_strip
lower
unicode form
strip_accents
replace pattern with
join sep
truncate max_chars
length
count_matches counts
tokenize min_chars? pattern?
ngrams min max
tfidf vocab idf sublinear_tf? norm?
hash_text n_features alternate_sign? norm?
wordpiece tokenizer max_length? padding? truncation?
decode_image color? exif_orientation? alpha? sixteen_bit? frame?
resize width height filter? algorithm? fit?
center_crop width height
pad left? top? right? bottom? value?
invert
rescale factor
normalize mean std
repeat_channels times?
layout to
onnx file inputs? outputs?
""")

#: Steps that act on the column `image` where they name none.
ON_IMAGE = frozenset("decode_image resize center_crop pad invert rescale normalize repeat_channels layout".split())

#: Steps that write new columns and must name them.
NEEDS_OUT = frozenset("ratio difference sum product concat date_part cyclic join wordpiece onnx".split())

MAIL_COLUMNS = ("subject", "sender", "text", "n_parts", "n_attachments", "has_html")


def step(op: str, columns=None, out=None, **parameters) -> dict:
    """A step as the manifest declares it; without `out` it writes in place.

    Raises ValueError for an unknown op, an unknown parameter or one that is missing.
    """
    declared = {"op": op, "in": columns, "out": out, **parameters}
    declared = {k: list(v) if isinstance(v, tuple) else v for k, v in declared.items() if v is not None}
    if findings := list(step_findings(declared, "step")):
        raise ValueError("; ".join(findings))
    return declared


def step_findings(declared: dict, where: str):
    """What is wrong with the words of one step, as sentences that begin with `where`."""
    op = declared.get("op")
    if op not in STEPS:
        yield f"{where}: there is no step {op!r}"
        return
    required, optional = STEPS[op]
    needed = required | ({"out"} if op in NEEDS_OUT else set())
    needed |= set() if op in ON_IMAGE else {"in"}
    yield from member_findings(declared, needed | {"op"}, optional | {"in", "out"}, f"{where} ({op})")


def member_findings(value, required, optional, where: str):
    """The members of the object `value` that are unknown or missing, as sentences."""
    if not isinstance(value, dict):
        yield f"{where}: an object is expected"
        return
    for name in sorted(set(value) - required - optional):
        yield f"{where}: unknown member {name!r}"
    for name in sorted(set(required) - set(value)):
        yield f"{where}: {name!r} is missing"


def reads(declared: dict) -> list[str]:
    """The columns that a step reads, `ref_field` included."""
    columns = _names(declared.get("in", "image"))
    return columns + ([declared["ref_field"]] if "ref_field" in declared else [])


def writes(declared: dict) -> list[str]:
    """The columns that a step writes."""
    if declared["op"] == "count_matches":
        return list(declared["counts"])
    return _names(declared.get("out", declared.get("in", "image")))


def _names(value) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
