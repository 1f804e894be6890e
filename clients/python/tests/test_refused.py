"""What cannot be expressed exactly is refused by the name of the part; nothing of it is packed."""

import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.ensemble import (
    BaggingClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.feature_selection import SelectKBest
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Perceptron, RidgeClassifier, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    SplineTransformer,
    StandardScaler,
    TargetEncoder,
)
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from test_pack import INPUT, ROWS, TARGET, bins, blank, mean, model

from slipway.pack import CannotDeclare, SklearnModel, frame, step

NUMBERS = ["a", "b"]
BEFORE = [step("number", NUMBERS), step("category", "kind")]
GIVEN = frame(INPUT, BEFORE, ROWS)


class Shifted(StandardScaler):
    """A transformer of someone's own that is a StandardScaler by name and not by what it does."""

    def transform(self, X, copy=None):
        return super().transform(X, copy) + 1


Shifted.__name__ = Shifted.__qualname__ = "StandardScaler"


class Own(TransformerMixin, BaseEstimator):
    """A transformer of someone's own."""

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return X


class NewScaler(StandardScaler):
    """scikit-learn's scaler as a later version might have it, with one option more."""

    def __init__(self, *, copy=True, with_mean=True, with_std=True, with_care=False):
        super().__init__(copy=copy, with_mean=with_mean, with_std=with_std)
        self.with_care = with_care


def numbers(transformer):
    """On numbers that were imputed."""
    return make_pipeline(mean(), transformer), NUMBERS


TRANSFORMERS = {
    "PCA has no declared step": numbers(PCA(1)),
    "TruncatedSVD has no": numbers(TruncatedSVD(1)),
    "PolynomialFeatures has no": numbers(PolynomialFeatures()),
    "SplineTransformer has no": numbers(SplineTransformer()),
    "PowerTransformer has no": numbers(PowerTransformer()),
    "Normalizer has no": numbers(Normalizer()),
    "KMeans has no": numbers(KMeans(2, n_init=1)),
    "SelectKBest has no": numbers(SelectKBest(k=1)),
    "KNNImputer has no": (KNNImputer(), NUMBERS),
    "Own has no declared step": (Own(), ["b"]),
    r"test_refused\.StandardScaler has no declared step": (Shifted(), ["b"]),
    r"QuantileTransformer\(output_distribution='normal'": numbers(
        QuantileTransformer(n_quantiles=9, output_distribution="normal")
    ),
    r"FunctionTransformer\(cbrt": (FunctionTransformer(np.cbrt), ["b"]),
    r"FunctionTransformer\(<lambda>": (FunctionTransformer(lambda x: x * 2), ["b"]),
    r"FunctionTransformer\(kw_args=\{'where'": (FunctionTransformer(np.abs, kw_args={"where": True}), ["b"]),
    r"SimpleImputer\(missing_values=0\)": (SimpleImputer(missing_values=0), ["b"]),
    r"OneHotEncoder\(max_categories=2": (make_pipeline(blank(), OneHotEncoder(max_categories=2)), ["kind"]),
    r"OneHotEncoder\(min_frequency=3": (make_pipeline(blank(), OneHotEncoder(min_frequency=3)), ["kind"]),
    r"OneHotEncoder\(drop=": (make_pipeline(blank(), OneHotEncoder(drop=["red"])), ["kind"]),
    r"OrdinalEncoder\(unknown_value=nan\)": (
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan),
        ["kind"],
    ),
    r"OrdinalEncoder\(max_categories=2": (make_pipeline(blank(), OrdinalEncoder(max_categories=2)), ["kind"]),
    "TargetEncoder learned null": (TargetEncoder(), ["kind"]),
    "is not a string": (make_pipeline(bins("ordinal"), OneHotEncoder(handle_unknown="ignore")), ["b"]),
    "KBinsDiscretizer after a transformer that makes a vector": (
        make_pipeline(bins("onehot-dense"), bins("ordinal")),
        ["b"],
    ),
    r"TfidfVectorizer\(analyzer='char'": (TfidfVectorizer(analyzer="char"), "text"),
    r"TfidfVectorizer\(analyzer='char_wb'": (TfidfVectorizer(analyzer="char_wb"), "text"),
    r"TfidfVectorizer\(stop_words=": (TfidfVectorizer(stop_words=["is"]), "text"),
    r"TfidfVectorizer\(binary=True": (TfidfVectorizer(binary=True), "text"),
    r"TfidfVectorizer\(token_pattern=": (TfidfVectorizer(token_pattern=r"[a-z]+"), "text"),
    r"TfidfVectorizer\(tokenizer=": (TfidfVectorizer(tokenizer=str.split), "text"),
    r"TfidfVectorizer\(strip_accents='ascii'": (TfidfVectorizer(strip_accents="ascii"), "text"),
    r"CountVectorizer\(preprocessor=": (CountVectorizer(preprocessor=str.upper), "text"),
    r"HashingVectorizer\(binary=True": (HashingVectorizer(n_features=8, binary=True), "text"),
    r"FeatureUnion\(transformer_weights=": numbers(
        FeatureUnion([("s", StandardScaler())], transformer_weights={"s": 2})
    ),
    r"ColumnTransformer\(transformer_weights=": (
        ColumnTransformer([("s", StandardScaler(), ["b"])], transformer_weights={"s": 2}),
        ["b"],
    ),
}


@pytest.mark.parametrize("reason", TRANSFORMERS)
def test_a_transformer_without_an_exact_step_is_refused_by_name(reason):
    with pytest.raises(CannotDeclare, match=reason) as refused:
        model(*TRANSFORMERS[reason], LGBMClassifier(n_estimators=2, verbose=-1)).bundle(ROWS[:2])
    assert refused.value.part


ESTIMATORS = {
    "CalibratedClassifierCV is not": CalibratedClassifierCV(LogisticRegression(), cv=2),
    "VotingClassifier is not": VotingClassifier([("l", LogisticRegression())], voting="soft"),
    "StackingClassifier is not": StackingClassifier([("l", LogisticRegression())], cv=2),
    "BaggingClassifier is not": BaggingClassifier(n_estimators=2),
    "LinearSVC is not.*no predict_proba": LinearSVC(),
    "SVC is not.*most probable class": SVC(),
    "RidgeClassifier is not": RidgeClassifier(),
    "Perceptron is not": Perceptron(),
    "KNeighborsClassifier is not.*equal distances": KNeighborsClassifier(),
    "HistGradientBoostingClassifier is not": HistGradientBoostingClassifier(max_iter=3),
    "OneVsRestClassifier is not": OneVsRestClassifier(LogisticRegression()),
    r"SGDClassifier\(loss='hinge'\)": SGDClassifier(),
    r"GradientBoostingClassifier\(loss='exponential'": GradientBoostingClassifier(loss="exponential", n_estimators=2),
    r"GradientBoostingClassifier\(init=": GradientBoostingClassifier(init=DecisionTreeClassifier(), n_estimators=2),
    r"LGBMClassifier\(boosting_type='rf'": LGBMClassifier(
        boosting_type="rf", subsample=0.5, subsample_freq=1, verbose=-1, n_estimators=2
    ),
    "LGBMClassifier has the parameter zero_as_missing": LGBMClassifier(zero_as_missing=True, verbose=-1),
    "LGBMClassifier has the parameter linear_tree": LGBMClassifier(linear_tree=True, verbose=-1),
    r"LGBMClassifier\(objective='multiclassova'": LGBMClassifier(objective="multiclassova", num_class=2, verbose=-1),
    "LGBMClassifier has the parameter sigmoid": LGBMClassifier(sigmoid=2.0, verbose=-1),
}


@pytest.mark.parametrize("reason", ESTIMATORS)
def test_an_estimator_without_an_exact_graph_is_refused_by_name(reason):
    target = TARGET + (np.arange(len(TARGET)) % 2 if "multiclassova" in reason else 0)
    estimator = ESTIMATORS[reason]
    if "multiclassova" in reason:
        estimator.set_params(num_class=3)
    fitted = make_pipeline(StandardScaler(), estimator).fit(GIVEN[["b"]], target)
    with pytest.raises(CannotDeclare, match=reason):
        SklearnModel("m", INPUT, BEFORE, fitted).bundle([])


def test_xgboost_and_catboost_with_other_objectives_are_refused_by_name():
    xgboost = pytest.importorskip("xgboost")
    fitted = make_pipeline(StandardScaler(), xgboost.XGBRegressor(objective="binary:logistic", n_estimators=2))
    with pytest.raises(CannotDeclare, match="objective='binary:logistic'"):
        SklearnModel("m", INPUT, BEFORE, fitted.fit(GIVEN[["b"]], TARGET)).bundle([])
    for option, value in (("booster", "dart"), ("missing", 0.0), ("num_parallel_tree", 2)):
        fitted = make_pipeline(StandardScaler(), xgboost.XGBClassifier(n_estimators=2, **{option: value}))
        with pytest.raises(CannotDeclare, match=f"XGBClassifier\\({option}="):
            SklearnModel("m", INPUT, BEFORE, fitted.fit(GIVEN[["b"]], TARGET)).bundle([])


def test_catboost_with_categories_is_refused_by_name():
    catboost = pytest.importorskip("catboost")
    fitted = catboost.CatBoostClassifier(iterations=2, verbose=0, allow_writing_files=False, cat_features=[0])
    fitted.fit(GIVEN[["kind"]].fillna(""), TARGET)
    with pytest.raises(CannotDeclare, match="cat_features"):
        SklearnModel("m", INPUT, BEFORE, fitted, features="b").bundle([])


def test_an_option_of_a_new_version_is_refused_at_its_default(monkeypatch):
    fitted = make_pipeline(StandardScaler(), LogisticRegression()).fit(GIVEN[["b"]], TARGET)
    for part, name in ((fitted.steps[0][1], "StandardScaler"), (fitted.steps[1][1], "LogisticRegression")):
        with monkeypatch.context() as patch:
            kind = type(part)
            patch.setattr(kind, "get_params", lambda self, deep=True: {"with_care": False})
            with pytest.raises(CannotDeclare, match=f"{name} has the parameter with_care"):
                SklearnModel("m", INPUT, BEFORE, fitted).bundle([])


def test_a_scaler_that_clips_is_declared_with_its_clip():
    if "clip" not in MaxAbsScaler().get_params():
        pytest.skip("this scikit-learn has no MaxAbsScaler(clip)")
    packed = model(make_pipeline(mean(), MaxAbsScaler(clip=True)), NUMBERS).bundle(ROWS[:2])
    assert [s["op"] for s in packed.steps].count("clip") == 1


@pytest.mark.parametrize(
    "chosen",
    [
        [True, False, True],
        np.array([True, False, True]),
        [0, 2],
        [-3, -1],
        slice(0, 3, 2),
        lambda frame: ["a", "kept"],
    ],
)
def test_columns_are_chosen_by_mask_place_slice_and_function(chosen):
    given = pd.DataFrame({"a": GIVEN["b"], "left": GIVEN["b"] * 2, "kept": GIVEN["b"] * 3})
    given["left"] = np.arange(len(given))
    columns = ColumnTransformer([("one", StandardScaler(), chosen)])
    fitted = make_pipeline(columns, LogisticRegression()).fit(given, TARGET)
    fields = {"object": "record", "fields": [{"name": n, "type": "number"} for n in given]}
    packed = SklearnModel("m", fields, [step("number", list(given))], fitted).bundle([])
    assert packed.steps[1]["in"] == ["a", "kept"]


def test_the_second_column_transformer_reads_what_the_first_made():
    scaled = ColumnTransformer([("s", MinMaxScaler(), ["b"])], verbose_feature_names_out=False)
    second = ColumnTransformer([("t", StandardScaler(), ["b"])])
    fitted = Pipeline([("one", scaled.set_output(transform="pandas")), ("two", second), ("m", LogisticRegression())])
    packed = SklearnModel("m", INPUT, BEFORE, fitted.fit(GIVEN[["b"]], TARGET)).bundle([])
    scale = next(s for s in packed.steps if s["op"] == "standard_scale")
    assert scale["in"] == next(s for s in packed.steps if s["op"] == "minmax_scale")["out"]


@pytest.mark.parametrize(
    ("classes", "labels", "reason"),
    [
        (["no", "yes"], ("yes", "no"), "not the order of classes_"),
        ([0, 1], ("1", "0"), "not the order of classes_"),
        ([False, True], ("true", "false"), "not the order of classes_"),
        ([0, 1], ("no",), "1 are given for the 2 classes"),
        ([0, 1], ("no", "no"), "different texts"),
        ([0, 1], {0: "no"}, "the class 1 has none"),
    ],
)
def test_labels_that_turn_decisions_are_refused(classes, labels, reason):
    target = np.array(classes)[TARGET]
    fitted = make_pipeline(StandardScaler(), LogisticRegression()).fit(GIVEN[["b"]], target)
    with pytest.raises(CannotDeclare, match=reason):
        SklearnModel("m", INPUT, BEFORE, fitted, labels=labels).bundle(ROWS[:2])


def test_labels_are_those_of_classes_and_of_the_librarys_predict():
    target = np.array(["no", "yes"])[TARGET]
    fitted = make_pipeline(StandardScaler(), LogisticRegression()).fit(GIVEN[["b"]], target)
    found = SklearnModel("m", INPUT, BEFORE, fitted).predict(ROWS)
    assert [f["label"] for f in found] == list(fitted.predict(GIVEN[["b"]]))
    assert SklearnModel("m", INPUT, BEFORE, fitted, labels={"yes": "ja", "no": "nein"}).bundle([]).output["labels"] == [
        "nein",
        "ja",
    ]


def test_an_estimator_with_a_threshold_of_its_own_is_refused():
    class Strict(LogisticRegression):
        def predict(self, X):
            return (self.predict_proba(X)[:, 1] > 0.9).astype(int)

    fitted = make_pipeline(StandardScaler(), Strict()).fit(GIVEN[["b"]], TARGET)
    with pytest.raises(CannotDeclare, match="Strict"):
        SklearnModel("m", INPUT, BEFORE, fitted).bundle([])
    with pytest.raises(CannotDeclare, match="not its most probable class"):
        SklearnModel("m", INPUT, BEFORE, fitted).predict(ROWS)


def test_a_search_around_a_pipeline_is_taken_apart():
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    search = GridSearchCV(pipeline, {"logisticregression__C": [0.1, 1.0]}, cv=2).fit(GIVEN[["b"]], TARGET)
    assert [s["op"] for s in SklearnModel("m", INPUT, BEFORE, search).bundle(ROWS[:3]).steps][-2:] == [
        "standard_scale",
        "concat",
    ]
    search.set_params(refit=False).fit(GIVEN[["b"]], TARGET)
    del search.best_estimator_
    with pytest.raises(CannotDeclare, match="no best_estimator_"):
        SklearnModel("m", INPUT, BEFORE, search).bundle([])


def test_a_transformed_target_is_the_outputs_transform():
    target = GIVEN["b"] + 1
    logged = TransformedTargetRegressor(LinearRegression(), func=np.log1p, inverse_func=np.expm1)
    fitted = make_pipeline(StandardScaler(), logged).fit(GIVEN[["b"]], target)
    packed = SklearnModel("m", INPUT, BEFORE, fitted).bundle(ROWS[:3])
    assert packed.output["transform"] == "expm1"
    assert packed.examples[0].output["value"] == pytest.approx(fitted.predict(GIVEN[["b"]][:1])[0])
    other = TransformedTargetRegressor(LinearRegression(), transformer=StandardScaler())
    with pytest.raises(CannotDeclare, match="TransformedTargetRegressor is known with"):
        SklearnModel("m", INPUT, BEFORE, make_pipeline(StandardScaler(), other).fit(GIVEN[["b"]], target)).bundle([])


def test_a_logarithm_needs_the_least_value_of_its_field():
    fitted = make_pipeline(FunctionTransformer(np.log1p), LogisticRegression()).fit(GIVEN[["b"]], TARGET)
    with pytest.raises(CannotDeclare, match="a `min` before a logarithm"):
        SklearnModel("m", INPUT, BEFORE, fitted).bundle([])
    bounded = {"object": "record", "fields": [{"name": "b", "type": "number", "min": 0}]}
    assert SklearnModel("m", bounded, [step("number", "b")], fitted).bundle([]).steps[1]["op"] == "log1p"


@pytest.mark.parametrize(
    ("fitted", "reason"),
    [
        (lambda: make_pipeline(StandardScaler(), LogisticRegression()).fit(GIVEN[["b"]].to_numpy(), TARGET), "an array"),
        (lambda: make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(list(GIVEN["text"]), TARGET), "a list"),
        (lambda: make_pipeline(StandardScaler(), LogisticRegression()), "without names|not fitted"),
        (lambda: LogisticRegression().fit(GIVEN[["b"]], TARGET), "say its column as `features`"),
        (lambda: make_pipeline(StandardScaler()).fit(GIVEN[["b"]], TARGET), "no estimator that predicts"),
        (
            lambda: make_pipeline(StandardScaler(), LinearRegression()).fit(
                GIVEN[["b"]], np.stack([TARGET, TARGET], axis=1)
            ),
            "several targets",
        ),
        (
            lambda: make_pipeline(StandardScaler(), RandomForestClassifier(3)).fit(
                GIVEN[["b"]], np.stack([TARGET, TARGET], axis=1)
            ),
            "predicts 2 targets",
        ),
        (lambda: make_pipeline(StandardScaler(), DecisionTreeClassifier()).fit(GIVEN[["a"]], TARGET), "null or NaN"),
        (
            lambda: make_pipeline(StandardScaler(), LGBMRegressor(objective="poisson", verbose=-1)).fit(
                GIVEN[["b"]], TARGET
            ),
            "objective='poisson'",
        ),
        (lambda: make_pipeline(KBinsDiscretizer(3), LogisticRegression()).fit(pd.DataFrame({"c": [1.0] * 80}), TARGET), "constant|edges|finite|columns"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_a_sentence(fitted, reason):
    with pytest.raises(CannotDeclare, match=reason):
        SklearnModel("m", INPUT, BEFORE, fitted()).bundle([])


def test_the_tables_hold_at_least_forty_pipelines():
    assert len(TRANSFORMERS) + len(ESTIMATORS) >= 40
