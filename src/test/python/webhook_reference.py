"""Signatures of the reference library of Standard Webhooks, for `ops/webhook/SigningSecretTest`.

    python -m venv venv && venv/bin/pip install standardwebhooks==1.1.0
    venv/bin/python src/test/python/webhook_reference.py src/test/resources/webhooks/signatures.json

The secrets protect nothing. The last case is the example of the library's own documentation.
"""

import base64
import datetime
import json
import pathlib
import sys

from standardwebhooks import Webhook

CASES = [
    (bytes(range(24)), "billing_1_0123456789abcdef", 1_700_000_000, '{"type":"promoted"}'),
    (bytes(range(200, 232)), "a", 1, ""),
    (b"\xff" * 64, "team-chat_4711_fedcba9876543210", 4_102_444_800, '{"a":"é€\U0001f6a2\\n"}'),
    (
        base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1_614_265_330,
        '{"test": 2432232314}',
    ),
]


def signed(key, message, timestamp, body):
    secret = "whsec_" + base64.b64encode(key).decode()
    at = datetime.datetime.fromtimestamp(timestamp, datetime.timezone.utc)
    return {
        "secret": secret,
        "id": message,
        "timestamp": timestamp,
        "body": body,
        "signature": Webhook(secret).sign(message, at, body),
    }


rows = [signed(*case) for case in CASES]
pathlib.Path(sys.argv[1]).write_text(json.dumps(rows, indent=1) + "\n")
