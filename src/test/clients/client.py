"""Promotes, predicts, rolls back and predicts again, with the client that openapi-python-client generates.

    client.py URL OBJECT    OBJECT: a file with a business object of customer-churn, as JSON

Two versions of customer-churn are published, the first one in production.
"""

import json
import sys

from slipway_client import Client
from slipway_client.api.gateway import predict
from slipway_client.api.registry import get_model, promote, roll_back
from slipway_client.models import Batch, Model, Moved, Prediction, PredictionObject, Problem, Promotion, Rollback

MODEL = "customer-churn"


def main(url: str, file: str) -> None:
    client = Client(base_url=url)
    with open(file, encoding="utf-8") as source:
        customer = json.load(source)

    def predicted(body: dict, expected: int) -> None:
        answer = predict.sync(MODEL, client=client, body=PredictionObject.from_dict(body))
        assert isinstance(answer, (Prediction, Batch)), answer
        assert answer.version == expected, answer

    predicted(customer, 1)
    moved = promote.sync(MODEL, "production", client=client, body=Promotion(version=2, reason="generated client"))
    assert isinstance(moved, Moved) and moved.version == 2 and moved.previous == 1, moved
    predicted({"instances": [customer, customer]}, 2)
    model = get_model.sync_detailed(MODEL, client=client)
    assert isinstance(model.parsed, Model) and model.parsed.stages["production"].version == 2, model
    stale = roll_back.sync(MODEL, "production", client=client, body=Rollback(), if_match='"1"')
    assert isinstance(stale, Problem) and stale.type_ == "urn:slipway:problem:precondition-failed", stale
    back = roll_back.sync(
        MODEL, "production", client=client, body=Rollback(reason="it was a try"), if_match=model.headers["ETag"]
    )
    assert isinstance(back, Moved) and back.version == 1, back
    predicted(customer, 1)
    wrong = predict.sync(MODEL, client=client, body=PredictionObject.from_dict({"gender": 5}))
    assert isinstance(wrong, Problem) and wrong.errors, wrong


main(sys.argv[1], sys.argv[2])
