"""The client's manners, against a server of the test's own: what it repeats, what it sends, what it raises."""

import asyncio
import json
import pickle
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pandas as pd
import pytest

from slipway import (
    AsyncClient,
    Client,
    Conflict,
    ConnectionLost,
    DeadlinePassed,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    Overloaded,
    ProblemError,
    SlipwayError,
    Unavailable,
)


class Server:
    """Answers each request by `answer(request) → (status, headers, JSON)`, or closes the connection for None."""

    def __init__(self):
        self.requests = []
        self.connections = 0
        self.answer = lambda request: (200, {}, {})
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                outer.connections += 1
                super().setup()

            def handle_one(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length) if length else b""
                if self.headers.get("Transfer-Encoding") == "chunked":
                    while size := int(self.rfile.readline(), 16):
                        body += self.rfile.read(size)
                        self.rfile.readline()
                    self.rfile.readline()
                request = {"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body}
                outer.requests.append(request)
                told = outer.answer(request)
                if told is None:
                    self.close_connection = True
                    return
                status, headers, content = told
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = handle_one

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server():
    running = Server()
    yield running
    running.close()


def problem(status, code, errors=(), **headers):
    told = {"type": f"urn:slipway:problem:{code}", "title": code, "status": status, "detail": "no"}
    return status, {k.replace("_", "-"): v for k, v in headers.items()}, {**told, "errors": list(errors)}


PREDICTED = {"model": "m", "version": 3, "prediction_id": "p1", "output": {"label": "no", "probabilities": {"no": 0.9}}}


def test_a_prediction_has_its_label_and_version(server):
    server.answer = lambda request: (200, {}, PREDICTED)
    with Client(server.url + "/base/", key="secret") as client:
        found = client.predict("m", {"a": 1}, stage="staging")
    assert (found.label, found.version, found.prediction_id) == ("no", 3, "p1")
    assert "<table>" in found._repr_html_()
    request = server.requests[0]
    assert request["path"] == "/base/models/m/stages/staging/predict"
    assert request["headers"]["Authorization"] == "Bearer secret"
    assert json.loads(request["body"]) == {"a": 1}
    assert 0 < int(request["headers"]["Slipway-Deadline-Ms"]) <= 30_000


def test_connections_are_kept_and_shared_by_threads(server):
    server.answer = lambda request: (200, {}, PREDICTED)
    client = Client(server.url)
    for _ in range(5):
        client.predict("m", {})
    assert server.connections == 1
    with ThreadPoolExecutor(4) as pool:
        assert len(list(pool.map(lambda i: client.predict("m", {}), range(40)))) == 40
    assert server.connections <= 5


def test_busy_and_loading_servers_are_asked_again_after_the_time_they_say(server):
    told = [problem(429, "overloaded", Retry_After="0"), problem(503, "not-ready", Retry_After="0")]
    server.answer = lambda request: told.pop(0) if told else (200, {}, PREDICTED)
    assert Client(server.url).predict("m", {}).version == 3
    assert len(server.requests) == 3


def test_a_wait_beyond_the_deadline_is_not_begun(server):
    server.answer = lambda request: problem(429, "overloaded", Retry_After="60")
    start = time.monotonic()
    with pytest.raises(Overloaded) as refused:
        Client(server.url, timeout=5).predict("m", {})
    assert time.monotonic() - start < 4
    assert refused.value.retry_after == 60
    assert len(server.requests) == 1


def test_a_server_that_never_answers_is_left_at_the_deadline(server):
    held = threading.Event()
    server.answer = lambda request: held.wait(20) and None
    with pytest.raises(DeadlinePassed):
        Client(server.url).predict("m", {}, timeout=0.3)
    held.set()


def test_a_lost_connection_is_tried_again(server):
    told = [None, None]
    server.answer = lambda request: told.pop() if told else (200, {}, PREDICTED)
    assert Client(server.url).predict("m", {}).version == 3
    server.answer = lambda request: None
    with pytest.raises(ConnectionLost):
        Client(server.url, retries=1).predict("m", {})
    with pytest.raises(ConnectionLost):
        Client("http://127.0.0.1:9", retries=0).predict("m", {})


def test_a_server_that_has_answered_is_awaited_longer_than_one_that_never_did(server):
    told = []
    server.answer = lambda request: told.pop() if told else (200, {}, PREDICTED)
    client = Client(server.url)
    client.predict("m", {})
    told[:] = [None] * 5
    assert client.predict("m", {}).version == 3
    told[:] = [None] * 50
    server.requests.clear()
    with pytest.raises(ConnectionLost):
        Client(server.url).predict("m", {})
    assert len(server.requests) == 4


def test_a_move_is_repeated_with_one_idempotency_key(server):
    moved = {"version": 2, "previous": 1, "revision": 7, "moved": True}
    told = [problem(503, "outcome-unknown"), None]
    server.answer = lambda request: told.pop() if told else (200, {}, moved)
    found = Client(server.url).promote("m", 2, reason="better", revision=6)
    assert (found.version, found.previous, found.revision, found.moved) == (2, 1, 7, True)
    keys = {r["headers"]["Idempotency-Key"] for r in server.requests}
    assert len(server.requests) == 3 and len(keys) == 1
    assert server.requests[0]["headers"]["If-Match"] == '"6"'
    assert json.loads(server.requests[0]["body"]) == {"version": 2, "reason": "better"}


def test_a_rollback_says_which_version_the_stage_leaves(server):
    server.answer = lambda request: (200, {}, {"version": 4 if request["method"] == "GET" else 3, "revision": 8})
    client = Client(server.url)
    assert client.rollback("m").version == 3
    assert json.loads(server.requests[-1]["body"]) == {"from": 4}
    client.rollback("m", to=1, from_version=5)
    assert json.loads(server.requests[-1]["body"]) == {"from": 5, "to": 1}


def test_problems_are_exceptions_with_pointers(server):
    server.answer = lambda request: problem(
        422, "invalid-input", [{"pointer": "/age", "code": "wrong_type", "message": "expected a number"}]
    )
    with pytest.raises(InvalidInput, match="/age: expected a number") as refused:
        Client(server.url).predict("m", {"age": "x"})
    assert refused.value.violations[0].code == "wrong_type"
    again = pickle.loads(pickle.dumps(refused.value))
    assert (type(again), str(again)) == (InvalidInput, str(refused.value))
    for status, code, kind in (
        (404, "not-found", NotFound), (409, "conflict", Conflict), (503, "outcome-unknown", OutcomeUnknown),
        (503, "unavailable", Unavailable), (418, "tea", ProblemError),
    ):  # fmt: skip
        server.answer = lambda request, told=problem(status, code): told
        with pytest.raises(kind):
            Client(server.url, retries=0).predict("m", {})
    server.answer = lambda request: (502, {}, b"<html>")
    with pytest.raises(ProblemError, match="502"):
        Client(server.url, retries=0).predict("m", {})
    server.answer = lambda request: (200, {}, b"<html>")
    with pytest.raises(SlipwayError, match="is this a Slipway server"):
        Client(server.url, retries=0).predict("m", {})


def lines(request):
    """The answers of a stream: an even `a` is refused."""
    told = []
    for line in request["body"].splitlines():
        a = json.loads(line)["a"]
        odd = {"model": "m", "version": 3, "prediction_id": f"p{a}", "output": {"value": a}}
        told.append({"error": problem(422, "invalid-input")[2]} if a == 4 else odd)
    return 200, {"Content-Type": "application/x-ndjson"}, b"".join(json.dumps(t).encode() + b"\n" for t in told)


def test_a_stream_answers_every_object_in_order(server):
    server.answer = lines
    found = list(Client(server.url).stream("m", ({"a": i} for i in range(2000))))
    assert [p.output["value"] for p in found if not isinstance(p, ProblemError)] == [i for i in range(2000) if i != 4]
    assert isinstance(found[4], InvalidInput)
    assert server.requests[0]["headers"]["Transfer-Encoding"] == "chunked"


def test_a_stream_that_ends_too_early_says_so(server):
    server.answer = lambda request: (200, {}, lines(request)[2].split(b"\n")[0] + b"\n")
    with pytest.raises(ConnectionLost, match="after 1 of 3"):
        list(Client(server.url).stream("m", [{"a": 1}, {"a": 2}, {"a": 3}]))


def test_an_object_that_cannot_be_made_fails_the_stream_with_its_own_error(server):
    server.answer = lines

    def objects():
        yield {"a": 1}
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        list(Client(server.url).stream("m", objects()))


def test_a_frame_gives_a_frame_with_its_index(server):
    def answer(request):
        instances = json.loads(request["body"])["instances"]
        made = [{"prediction_id": f"p{i}", "output": PREDICTED["output"]} for i in range(len(instances))]
        return 200, {}, {"model": "m", "version": 3, "predictions": made}

    server.answer = answer
    frame = pd.DataFrame({"a": [1.5, None], "s": ["x", None], "t": pd.to_datetime(["2024-01-02", None])}, index=[7, 9])
    found = Client(server.url).predict("m", frame)
    assert json.loads(server.requests[0]["body"])["instances"] == [
        {"a": 1.5, "s": "x", "t": "2024-01-02T00:00:00"},
        {"a": None, "s": None, "t": None},
    ]
    assert list(found.index) == [7, 9]
    assert list(found.columns) == ["label", "probability_no", "version", "prediction_id"]


def test_a_long_list_is_a_stream_and_its_first_refusal_is_raised(server):
    server.answer = lines
    with pytest.raises(InvalidInput):
        Client(server.url).predict("m", [{"a": i} for i in range(1500)])
    assert len(Client(server.url).predict("m", [{"a": i} for i in range(10, 1500)])) == 1490
    assert Client(server.url).predict("m", []) == []


def test_pages_are_read_to_the_end(server):
    pages = {None: ([{"seq": 2}], "next"), "next": ([{"seq": 1}], None)}

    def answer(request):
        token = "next" if "page_token=next" in request["path"] else None
        entries, following = pages[token]
        return 200, {}, {"entries": entries, "next_page_token": following}

    server.answer = answer
    assert [e["seq"] for e in Client(server.url).history("m")] == [2, 1]


def test_events_are_read_as_they_come_and_the_end_of_the_stream_is_no_silence(server):
    told = {"kind": "promoted", "model": "m", "version": 2, "target": "production", "at": "2026-01-01T00:00:00Z"}
    server.answer = lambda request: (
        200,
        {},
        b": hello\n\nevent: promoted\ndata: " + json.dumps(told).encode() + b"\n\n",
    )
    events = Client(server.url).events()
    first = next(events)
    assert (first.kind, first.version, first.target) == ("promoted", 2, "production")
    with pytest.raises(ConnectionLost):
        next(events)


def test_the_asyncio_client_answers_the_same(server):
    server.answer = lambda request: lines(request) if request["body"].count(b"\n") else (200, {}, PREDICTED)

    async def run():
        async with AsyncClient(server.url) as client:
            found = await asyncio.gather(*(client.predict("m", {}) for _ in range(8)))
            streamed = [p async for p in client.stream("m", [{"a": 1}, {"a": 3}])]
            return found, streamed

    found, streamed = asyncio.run(run())
    assert [p.version for p in found] == [3] * 8
    assert [p.output["value"] for p in streamed] == [1, 3]


def test_what_cannot_be_meant_is_refused_before_it_is_sent():
    client = Client("http://127.0.0.1:9")
    with pytest.raises(ValueError, match="not several"):
        client.predict("m", {}, version=1, stage="staging")
    with pytest.raises(ValueError, match="media_type"):
        client.predict("m", b"x")
    with pytest.raises(ValueError, match="Out of range|not JSON"):
        client.predict("m", {"a": float("inf")})
    for url in ("localhost:8080", "ftp://x", "http://me:secret@host"):
        with pytest.raises(ValueError):
            Client(url)


def test_the_client_imports_nothing_but_the_standard_library():
    code = (
        "import sys; before = set(sys.modules); from slipway import AsyncClient, Client, ProblemError\n"
        "print(sorted(m for m in set(sys.modules) - before if m.split('.')[0] not in sys.stdlib_module_names))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert set(eval(found)) <= {
        "slipway", "slipway.aio", "slipway.client", "slipway.errors", "slipway.transport",
    }  # fmt: skip
