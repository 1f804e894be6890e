"""Trains `customer-churn`: will this telco customer leave? Writes v1, v2, skewed and cases.jsonl.

v1 is a logistic regression on scaled amounts and one-hot categories. v2 is gradient boosting on
binned, ranked and logarithmic amounts, ordinal and target-encoded categories and the calendar.
`skewed` is v1 with the scaler's constants in alphabetical order of the columns while the step
lists them in another: every value looks plausible, the decisions are wrong.
"""

import copy
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from lightgbm import LGBMClassifier
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    QuantileTransformer,
    StandardScaler,
    TargetEncoder,
)

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import fetch
from produce import PACKAGES, SEED, chosen, measure, split, write, write_cases
from slipway.pack import Run, SklearnModel, frame, step

FLAGS = ["senior_citizen", "partner", "dependents", "phone_service", "paperless_billing"]
AMOUNTS = ["monthly_charges", "total_charges"]
KINDS = [
    "gender", "multiple_lines", "internet_service", "online_security", "online_backup", "device_protection",
    "tech_support", "streaming_tv", "streaming_movies", "contract", "payment_method",
]  # fmt: skip
INPUT = {
    "object": "record",
    "fields": [
        {"name": "customer_id", "type": "string"},
        *({"name": name, "type": "boolean", "nullable": True} for name in FLAGS),
        {"name": "customer_since", "type": "date", "nullable": True},
        *({"name": name, "type": "string", "nullable": True} for name in KINDS),
        {"name": "monthly_charges", "type": "number", "nullable": True, "min": 0, "unit": "USD/month"},
        {"name": "total_charges", "type": "number", "nullable": True, "min": 0, "unit": "USD"},
    ],
    "additional": "reject",
}
BEFORE_V1 = [
    step("months_between", "customer_since", "tenure_months", ref="2020-01-31"),
    step("number", AMOUNTS + FLAGS),
    step("category", KINDS),
]
BEFORE_V2 = [*BEFORE_V1, step("date_part", "customer_since", ["since_month"], parts=["month"])]


def blank():
    """Null becomes a category of its own, ""."""
    return SimpleImputer(strategy="constant", fill_value="")


def logistic():
    """The pipeline of v1."""
    amounts = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    columns = ColumnTransformer(
        [
            ("amount", amounts, ["tenure_months", *AMOUNTS]),
            ("flag", SimpleImputer(strategy="most_frequent"), FLAGS),
            ("kind", make_pipeline(blank(), OneHotEncoder(handle_unknown="ignore")), KINDS),
        ]
    )
    return make_pipeline(columns, LogisticRegression(max_iter=1000))


def boosting():
    """The pipeline of v2."""
    bins = KBinsDiscretizer(8, encode="onehot-dense", quantile_method="averaged_inverted_cdf")
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    target = TargetEncoder(cv=StratifiedKFold(5, shuffle=True, random_state=SEED))
    columns = ColumnTransformer(
        [
            ("tenure", MinMaxScaler(clip=True), ["tenure_months"]),
            ("since", "passthrough", ["since_month"]),
            ("flag", "passthrough", FLAGS),
            ("bin", make_pipeline(SimpleImputer(strategy="mean"), bins), ["monthly_charges"]),
            ("rank", QuantileTransformer(n_quantiles=50), ["monthly_charges"]),
            (
                "total",
                make_pipeline(SimpleImputer(strategy="median"), FunctionTransformer(np.log1p)),
                ["total_charges"],
            ),
            ("kind", make_pipeline(blank(), ordinal), KINDS[:-1]),
            ("paid", make_pipeline(blank(), target), KINDS[-1:]),
        ]
    )
    trees = LGBMClassifier(
        n_estimators=150, learning_rate=0.05, num_leaves=8, min_child_samples=30, reg_lambda=1,
        random_state=SEED, deterministic=True, force_row_wise=True, n_jobs=1, verbose=-1,
    )  # fmt: skip
    return make_pipeline(columns, trees)


def ugly(customer: dict) -> list[dict]:
    """Customers as they really come: gaps, odd values, a date with a time."""
    return [
        {"customer_id": "U1"},
        {**customer, "customer_id": "U2", "monthly_charges": None, "total_charges": None, "customer_since": None},
        {**customer, "customer_id": "U3", "payment_method": "Carrier pigeon", "contract": "month-to-month"},
        {**customer, "customer_id": "U4", "customer_since": "1999-12-31T23:59:59+01:00", "monthly_charges": 0},
        {**customer, "customer_id": "Ü5 – «五»", "internet_service": None, "gender": "", "total_charges": 1e6},
    ]


CARD = """# customer-churn, {version}

Will a telco customer leave? {how}

- **Data**: {rows} customers of a telco (`wa_churn` of the R package modeldata 1.1.0, MIT). `customer_since` is derived
  from the tenure before 2020-01-31; 2 % of three fields were set missing.
- **Test** ({test_rows} customers held out): accuracy {accuracy}, AUC {auc}.
- **Limits**: one company, one quarter, no date of leaving; `customer_since` counts against a fixed day.
"""


def main() -> None:
    run = Run(__file__)
    customers, left = fetch.customers()
    left = np.array(left)
    train, test = split(left, 1400)
    held_out = [customers[i] for i in test]
    examples = held_out[:15] + ugly(held_out[15])
    reference = [customers[i] for i in train[:400]]
    models, bundles = {}, {}
    for version, before, fitted, how in (
        ("v1", BEFORE_V1, logistic(), "Logistic regression on scaled amounts and one-hot categories."),
        ("v2", BEFORE_V2, boosting(), "Gradient boosting on binned, ranked and encoded fields."),
    ):
        table = frame(INPUT, before, customers)
        fitted.fit(table.iloc[train], left[train])
        metrics = measure(left[test], fitted.predict_proba(table.iloc[test]))
        estimator = fitted[-1]
        models[version] = SklearnModel("customer-churn", INPUT, before, fitted, labels=("stay", "churn"))
        bundles[version] = models[version].bundle(
            examples,
            description=f"Churn of telco customers. {how}",
            reference=reference,
            lineage=run.lineage(
                data=[fetch.CUSTOMERS.lineage(len(customers))],
                parameters={"estimator": type(estimator).__name__, "seed": SEED, **chosen(estimator)},
                metrics=metrics,
                packages=[*PACKAGES, "lightgbm", "onnxmltools"],
            ),
            card=CARD.format(version=version, how=how, rows=len(customers), **metrics),
        )
        write(HERE / version, bundles[version])
    write(HERE / "skewed", skewed(bundles["v1"]))
    write_cases(HERE / "cases.jsonl", models, held_out[20:36] + ugly(held_out[36]))


def skewed(bundle):
    """`bundle` with the scaler's first two constants in the order of the alphabet: monthly_charges
    before tenure_months."""
    steps = copy.deepcopy(bundle.steps)
    scaler = next(s for s in steps if s["op"] == "standard_scale")
    for name in ("mean", "scale"):
        first, second, *rest = scaler[name]
        scaler[name] = [second, first, *rest]
    card = "# customer-churn, skewed\n\nv1 with a wrong order of the scaler's constants. A registry must refuse it.\n"
    return replace(bundle, steps=steps, card=card, description="v1 with skewed preprocessing: must be refused.")


if __name__ == "__main__":
    main()
