"""The client against a real server: SLIPWAY_URL names one that is empty and open; skipped without it."""

import os
import threading
import uuid

import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import slipway
from slipway import BundleRejected, Client, Conflict, InvalidInput, NotFound, ProblemError

pytestmark = pytest.mark.skipif("SLIPWAY_URL" not in os.environ, reason="no server is named")


@pytest.fixture(scope="module")
def client():
    with Client(os.environ["SLIPWAY_URL"]) as made:
        yield made


def iris(name, C=1.0):
    X, y = load_iris(return_X_y=True, as_frame=True)
    X = X.rename(columns=lambda n: n.replace(" ", "_"))
    fitted = make_pipeline(StandardScaler(), LogisticRegression(C=C)).fit(X, y)
    labels = ("setosa", "versicolor", "virginica")
    return slipway.package(fitted, X, y, name=name, labels=labels), fitted, X


def test_from_a_fitted_model_to_production_and_back(client, tmp_path):
    name = f"iris-{uuid.uuid4().hex[:8]}"
    seen = []
    ready = threading.Event()

    def watch():
        for event in Client(os.environ["SLIPWAY_URL"]).events():
            if event.kind == "registered" and event.model == f"{name}-first":
                ready.set()
            if event.model == name:
                seen.append((event.kind, event.version))
            if event.model == name and event.kind == "rolled_back":
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    for attempt in range(20):
        client.push(iris(f"{name}-first", C=1.0 + attempt)[0])
        if ready.wait(1):
            break
    bundle, fitted, X = iris(name)
    checked = client.push(bundle, dry_run=True)
    assert checked.version == 0 and checked.digest.startswith("sha256:")
    first = client.push(bundle, promote="production", reason="the first")
    assert (first.model, first.version) == (name, 1)
    assert client.push(bundle).version == 1
    bundle.write(tmp_path / "b")
    assert client.push(tmp_path / "b").version == 1
    second = client.push(iris(name, C=0.1)[0], promote="production")
    assert second.version == 2

    one = X.iloc[0].to_dict()
    assert client.predict(name, one).version == 2
    assert client.predict(name, one, version=1).label == "setosa"
    back = client.rollback(name, reason="the second was a try")
    assert (back.version, back.moved) == (1, True)
    assert client.rollback(name, from_version=2).moved is False
    found = client.predict(name, X)
    assert isinstance(found, pd.DataFrame)
    expected = fitted.predict_proba(X)
    for i, label in enumerate(("setosa", "versicolor", "virginica")):
        assert abs(found[f"probability_{label}"].to_numpy() - expected[:, i]).max() < 1e-5
    actions = [e["action"] for e in client.history(name)]
    assert actions[:2] == ["stage.rolled_back", "stage.promoted"]
    assert [v["version"] for v in client.versions(name)] == [2, 1]
    assert client.model(name)["stages"]["production"]["version"] == 1
    assert any(m["name"] == name for m in client.models(name))
    watcher.join(20)
    assert ("promoted", 2) in seen and seen[-1][0] == "rolled_back"


def test_a_stream_of_many_objects_is_answered_in_order(client):
    name = f"iris-{uuid.uuid4().hex[:8]}"
    bundle, fitted, X = iris(name)
    client.push(bundle, promote="production")
    rows = X.to_dict("records")
    count = 10_000
    objects = (rows[i % len(rows)] if i != 777 else {"sepal_length_(cm)": "wide"} for i in range(count))
    labels = ("setosa", "versicolor", "virginica")
    expected = [labels[k] for k in fitted.predict(X)]
    number = 0
    for number, answer in enumerate(client.stream(name, objects), 1):
        if number == 778:
            assert isinstance(answer, InvalidInput) and answer.violations
        else:
            assert not isinstance(answer, ProblemError)
            assert answer.label == expected[(number - 1) % len(rows)]
    assert number == count


def test_refusals_are_exceptions_with_pointers(client):
    name = f"iris-{uuid.uuid4().hex[:8]}"
    bundle, _, X = iris(name)
    with pytest.raises(NotFound):
        client.predict(name, {})
    client.push(bundle)
    with pytest.raises(NotFound):
        client.promote(name, 9)
    client.promote(name, 1)
    with pytest.raises(InvalidInput, match="/sepal_length_\\(cm\\)"):
        client.predict(name, {**X.iloc[0].to_dict(), "sepal_length_(cm)": "wide"})
    with pytest.raises(Conflict):
        client.promote(name, 1, "staging", revision=1000)
    wrong = iris(name)[0]
    for example in wrong.examples:
        example.output["probabilities"]["setosa"] += 0.2
    with pytest.raises(BundleRejected) as refused:
        client.push(wrong)
    assert refused.value.violations
