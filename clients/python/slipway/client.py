"""The client of a Slipway server: predictions, publishing, promoting, rolling back, watching."""

import base64
import hashlib
import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from .errors import ConnectionLost, ProblemError, SlipwayError, problem_error
from .transport import Transport, problem

_TOGETHER = 1000
_UNWANTED = {".git", ".svn", ".hg", "__pycache__", ".ipynb_checkpoints", "__MACOSX"}
_STEP = 1 << 16


class Packaged(Protocol):
    """What `slipway.package` makes."""

    def save(self, target: Any) -> str: ...


@dataclass(frozen=True)
class Prediction:
    """A decision: the model's output, the version that made it, and the id to report its truth by."""

    model: str
    version: int
    prediction_id: str
    output: dict[str, Any]

    @property
    def label(self) -> str | None:
        """The label of a classification; None for any other output."""
        return self.output.get("label")

    @property
    def probabilities(self) -> dict[str, float] | None:
        """The probability of each label; None for any other output."""
        return self.output.get("probabilities")

    @property
    def value(self) -> Any:
        """The number of an output that has only one."""
        numbers = [v for v in self.output.values() if isinstance(v, (int, float)) and not isinstance(v, bool)]
        return numbers[0] if len(numbers) == 1 else None

    def _repr_html_(self) -> str:
        from html import escape

        cells = "".join(
            f"<tr><th>{escape(k)}</th><td>{escape(json.dumps(v, ensure_ascii=False))}</td></tr>"
            for k, v in self.output.items()
        )
        return f"<table><caption>{escape(self.model)} {self.version}</caption>{cells}</table>"


@dataclass(frozen=True)
class Version:
    """A version of a model; `facts` is all that the registry says of it."""

    model: str
    version: int
    digest: str
    facts: dict[str, Any] = field(repr=False, default_factory=dict)


@dataclass(frozen=True)
class Move:
    """What a stage points to after a promotion or a rollback; `moved` is false where nothing changed."""

    model: str
    stage: str
    version: int
    previous: int | None
    revision: int
    moved: bool
    facts: dict[str, Any] = field(repr=False, default_factory=dict)


@dataclass(frozen=True)
class Event:
    """A change of the registry: `registered`, `promoted`, `rolled_back`, `alias_moved`, `changed`, `deleted`."""

    kind: str
    model: str
    version: int | None
    target: str | None
    at: str
    actor: str | None
    facts: dict[str, Any] = field(repr=False, default_factory=dict)


class Client:
    """A Slipway server at `url`. Thread-safe; connections are kept alive.

    `key` is an API key or a token (default: the variable SLIPWAY_KEY); `timeout` the seconds that a call
    may take with its repetitions; `retries` how often a call is repeated at most after 429, 503 or a lost
    connection (three times, where the server has never answered). A call that changes something carries an idempotency key, so that a repetition is not a
    second change.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8080",
        *,
        key: str | None = None,
        timeout: float = 30.0,
        retries: int = 20,
        context: Any = None,
    ):
        key = os.environ.get("SLIPWAY_KEY") if key is None else key
        headers = {"Accept": "application/json", "User-Agent": "slipway-python"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._transport = Transport(url, headers, timeout, retries, context)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the idle connections; the client can still be used."""
        self._transport.close()

    # ---- Predictions

    def predict(
        self,
        model: str,
        objects: Any,
        *,
        version: int | None = None,
        stage: str | None = None,
        alias: str | None = None,
        media_type: str | None = None,
        timeout: float | None = None,
    ) -> Any:
        """The decision on one object, on each of a list, or on each row of a DataFrame.

        An object (a dict, a text, or the bytes of a mail or an image with its `media_type`) gives a
        Prediction, a list a list of them, a DataFrame a DataFrame with the same index. All answers of one
        call come from one version. Raises InvalidInput, with a pointer for each wrong value, where an
        object breaks the schema; use `stream` to get the good ones nevertheless.
        """
        path = _at(model, version, stage, alias) + "/predict"
        if isinstance(objects, (bytes, bytearray)):
            if not media_type:
                raise ValueError("bytes need their media_type: message/rfc822, image/png, image/jpeg, …")
            return self._one(path, bytes(objects), media_type, timeout)
        if hasattr(objects, "columns") and hasattr(objects, "itertuples"):
            return _framed(objects, self._many(path, list(rows_of(objects)), timeout))
        if isinstance(objects, (list, tuple)):
            return self._many(path, list(objects), timeout)
        return self._one(path, _json(objects), "application/json", timeout)

    def _one(self, path: str, body: bytes, media_type: str, timeout: float | None) -> Prediction:
        answer, _ = self._transport.call("POST", path, body, self._asking(media_type, timeout), timeout)
        if "predictions" in answer:
            raise SlipwayError("the object has a member `instances`; pass a list for a batch")
        return _prediction(answer, answer)

    def _many(self, path: str, objects: list[Any], timeout: float | None) -> list[Prediction]:
        if len(objects) > _TOGETHER:
            answers = []
            for i, answer in enumerate(self._stream(path, objects, timeout)):
                if isinstance(answer, ProblemError):
                    answer.add_note(f"object {i} of {len(objects)}")
                    raise answer
                answers.append(answer)
            return answers
        if not objects:
            return []
        body = _json({"instances": objects})
        answer, _ = self._transport.call("POST", path, body, self._asking("application/json", timeout), timeout)
        return [_prediction(answer, p) for p in answer["predictions"]]

    def _asking(self, media_type: str, timeout: float | None) -> dict[str, str]:
        allowed = self._transport.timeout if timeout is None else timeout
        return {"Content-Type": media_type, "Slipway-Deadline-Ms": str(max(1, min(int(allowed * 1000), 30_000)))}

    def stream(
        self,
        model: str,
        objects: Iterable[Any],
        *,
        version: int | None = None,
        stage: str | None = None,
        alias: str | None = None,
        timeout: float | None = None,
    ) -> Iterator["Prediction | ProblemError"]:
        """The decision on each of any number of objects, in order, in constant memory, by one version.

        `objects` is read as the server takes it, in a thread of its own; a DataFrame gives its rows. The
        answer to an object that the server refuses is a ProblemError, and the stream goes on. `timeout`
        is the longest wait for an answer. The stream is not repeated: raises ConnectionLost where it
        breaks, or where it ends before every object has its answer.
        """
        if hasattr(objects, "columns") and hasattr(objects, "itertuples"):
            objects = rows_of(objects)
        return self._stream(_at(model, version, stage, alias) + "/predict", objects, timeout)

    def _stream(
        self, path: str, objects: Iterable[Any], timeout: float | None
    ) -> Iterator["Prediction | ProblemError"]:
        wait = self._transport.timeout if timeout is None else timeout
        connection = self._transport.connect(time.monotonic() + wait)
        headers = {"Content-Type": "application/x-ndjson", "Accept": "application/x-ndjson"}
        sender: _Sender | None = None
        answered = 0
        try:
            try:
                connection.putrequest("POST", self._transport.prefix + path)
                sent = self._transport.headers({**headers, "Transfer-Encoding": "chunked"})
                for name, value in sent.items():
                    connection.putheader(name, value)
                connection.endheaders()
                sender = _Sender(connection, objects)
                sender.start()
                response = connection.getresponse()
                if response.status >= 400:
                    raise problem(response)
                for line in response:
                    told = json.loads(line)
                    if "error" in told:
                        yield problem_error(int(told["error"].get("status", 500)), told["error"])
                    else:
                        yield _prediction(told, told)
                    answered += 1
            except (OSError, ValueError, HTTPException) as e:
                if sender is not None and sender.failed is not None:
                    raise sender.failed from e
                raise ConnectionLost(f"POST {path}: the stream broke after {answered} answers: {e}") from e
            sender.join(wait)
            if sender.failed is not None:
                raise sender.failed
            if sender.sent != answered:
                raise ConnectionLost(f"POST {path}: the stream ended after {answered} of {sender.sent} objects")
        finally:
            if sender is not None:
                sender.stopped = True
            connection.close()

    # ---- The registry

    def push(
        self,
        bundle: "str | os.PathLike[str] | bytes | Packaged",
        model: str | None = None,
        *,
        promote: str | None = None,
        reason: str | None = None,
        dry_run: bool = False,
        timeout: float | None = None,
    ) -> Version:
        """Publishes a bundle (a zip, a folder, an `.onnx` file, its bytes, or what `slipway.package`
        made); with `promote`, promotes the version to that stage.

        Without `model`, the manifest names it. The same content gives the same version, so that it can
        be repeated. With `dry_run`, everything is checked and nothing stored; the version is 0 then.
        Raises BundleRejected with every finding.
        """
        with _archive(bundle) as (path, media_type):
            name = model or _named(path, media_type)
            total = hashlib.sha256()
            with path.open("rb") as file:
                while part := file.read(_STEP):
                    total.update(part)
            headers = {
                "Content-Type": media_type,
                "Content-Length": str(path.stat().st_size),
                "Repr-Digest": f"sha-256=:{base64.b64encode(total.digest()).decode()}:",
            }
            target = f"/api/v1/models/{quote(name, safe='')}/versions" + ("?dry_run=true" if dry_run else "")
            allowed = max(self._transport.timeout, 600.0) if timeout is None else timeout
            told, _ = self._transport.call("POST", target, lambda: _parts(path), headers, allowed)
        version = Version(name, int(told.get("version") or 0), str(told["digest"]), told)
        if promote and not dry_run:
            self.promote(name, version.version, promote, reason=reason, timeout=timeout)
        return version

    def promote(
        self,
        model: str,
        version: int,
        stage: str = "production",
        *,
        reason: str | None = None,
        revision: int | None = None,
        timeout: float | None = None,
    ) -> Move:
        """Points a stage to a version. With `revision`, only if the model still has that one. Raises
        Conflict, and NotFound."""
        body: dict[str, Any] = {"version": version, **({"reason": reason} if reason else {})}
        return self._move("PUT", model, stage, "", body, revision, timeout)

    def rollback(
        self,
        model: str,
        stage: str = "production",
        *,
        to: int | None = None,
        from_version: int | None = None,
        reason: str | None = None,
        revision: int | None = None,
        timeout: float | None = None,
    ) -> Move:
        """Points a stage back to the version before its last move, or to the earlier version `to`.

        `from_version` is the version that the stage shall leave, by default the one that it has now: a
        rollback of it that somebody else has made already changes nothing.
        """
        if from_version is None:
            from_version = int(self._transport.call("GET", _stage(model, stage), timeout=timeout)[0]["version"])
        body: dict[str, Any] = {"from": from_version}
        body |= {k: v for k, v in (("to", to), ("reason", reason)) if v is not None}
        return self._move("POST", model, stage, "/rollback", body, revision, timeout)

    def _move(
        self,
        method: str,
        model: str,
        stage: str,
        verb: str,
        body: dict[str, Any],
        revision: int | None,
        timeout: float | None,
    ) -> Move:
        headers = {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(16)}
        if revision is not None:
            headers["If-Match"] = f'"{revision}"'
        told, _ = self._transport.call(method, _stage(model, stage) + verb, _json(body), headers, timeout)
        previous = told.get("previous")
        return Move(
            model, stage, int(told["version"]), previous, int(told["revision"]), bool(told.get("moved", True)), told
        )

    def model(self, name: str, *, timeout: float | None = None) -> dict[str, Any]:
        """What the registry knows of a model: its stages, aliases, newest versions, policy."""
        told: dict[str, Any] = self._transport.call("GET", f"/api/v1/models/{quote(name, safe='')}", timeout=timeout)[0]
        return told

    def models(self, q: str | None = None, *, timeout: float | None = None) -> Iterator[dict[str, Any]]:
        """Every model, or those that `q` finds."""
        return self._pages("/api/v1/models", "models", {"q": q} if q else {}, timeout)

    def versions(self, model: str, *, timeout: float | None = None) -> Iterator[dict[str, Any]]:
        """Every version of a model, newest first."""
        return self._pages(f"/api/v1/models/{quote(model, safe='')}/versions", "versions", {}, timeout)

    def history(self, model: str | None = None, *, timeout: float | None = None) -> Iterator[dict[str, Any]]:
        """Every change of a model, or of all models, newest first."""
        path = f"/api/v1/models/{quote(model, safe='')}/history" if model else "/api/v1/audit"
        return self._pages(path, "entries", {}, timeout)

    def _pages(
        self, path: str, member: str, query: Mapping[str, str], timeout: float | None
    ) -> Iterator[dict[str, Any]]:
        token = None
        while True:
            asked = {**query, "limit": "200", **({"page_token": token} if token else {})}
            page, _ = self._transport.call("GET", f"{path}?{urlencode(asked)}", timeout=timeout)
            yield from page[member]
            token = page.get("next_page_token")
            if not token:
                return

    def events(self, *, silence: float = 60.0) -> Iterator[Event]:
        """The changes of the registry as they happen, without end.

        Raises ConnectionLost where the stream breaks, or after `silence` seconds without a sign of life
        (the server gives one every 15 seconds): read `history` for what happened meanwhile.
        """
        connection = self._transport.connect(time.monotonic() + silence)
        try:
            headers = self._transport.headers({"Accept": "text/event-stream"})
            connection.request("GET", self._transport.prefix + "/api/v1/events", headers=headers)
            response = connection.getresponse()
            if response.status >= 400:
                raise problem(response)
            data: list[str] = []
            for line in response:
                text = line.decode().rstrip("\r\n")
                if text.startswith("data:"):
                    data.append(text[5:].removeprefix(" "))
                elif not text and data:
                    told = json.loads("\n".join(data))
                    data = []
                    yield Event(
                        told["kind"], told["model"], told.get("version"), told.get("target"), told["at"],
                        told.get("actor"), told,
                    )  # fmt: skip
            raise ConnectionLost("the server has ended the stream of events")
        except (OSError, HTTPException) as e:
            raise ConnectionLost(f"the stream of events broke: {e}") from e
        finally:
            connection.close()


class _Sender(threading.Thread):
    """Writes the objects of a stream, a line and a chunk each, while the answers are read."""

    def __init__(self, connection: Any, objects: Iterable[Any]):
        super().__init__(name="slipway-stream", daemon=True)
        self.sent = 0
        self.stopped = False
        self.failed: BaseException | None = None
        self._connection = connection
        self._objects = objects

    def run(self) -> None:
        try:
            lines: list[bytes] = []
            size = 0
            for value in self._objects:
                if self.stopped:
                    return
                line = _json(value) + b"\n"
                lines.append(line)
                size += len(line)
                self.sent += 1
                if size >= 8192:
                    self._write(b"".join(lines))
                    lines, size = [], 0
            if lines:
                self._write(b"".join(lines))
            self._connection.send(b"0\r\n\r\n")
        except OSError:
            pass  # the reader meets the same end and says so
        except BaseException as e:
            self.failed = e
            # The reader wakes up and raises it.
            self._connection.sock.shutdown(socket.SHUT_RDWR)

    def _write(self, data: bytes) -> None:
        self._connection.send(b"%x\r\n%b\r\n" % (len(data), data))


def rows_of(frame: Any) -> Iterator[dict[str, Any]]:
    """The rows of a DataFrame as objects: missing values are null, times RFC 3339."""
    names = [str(n) for n in frame.columns]
    for row in frame.itertuples(index=False, name=None):
        yield {n: plain(v) for n, v in zip(names, row)}


def plain(value: Any) -> Any:
    """A value of a DataFrame as JSON has it."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float) and value != value:  # noqa: PLR0124 (NaN alone differs from itself)
        return None
    return value


def _framed(frame: Any, predictions: list[Prediction]) -> Any:
    """The outputs as a DataFrame with the index of `frame`: a column for each number and label, one for
    each probability, the version and the id."""
    import pandas  # type: ignore[import-untyped,unused-ignore]

    rows = []
    for p in predictions:
        row: dict[str, Any] = {}
        for name, value in p.output.items():
            if name == "probabilities" and isinstance(value, dict):
                row |= {f"probability_{label}": share for label, share in value.items()}
            else:
                row[name] = value
        rows.append({**row, "version": p.version, "prediction_id": p.prediction_id})
    return pandas.DataFrame(rows, index=frame.index)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=plain).encode()


def _prediction(batch: Mapping[str, Any], one: Mapping[str, Any]) -> Prediction:
    if "problem" in one:
        raise problem_error(int(one["problem"].get("status", 500)), one["problem"])
    return Prediction(str(batch["model"]), int(batch["version"]), str(one["prediction_id"]), dict(one["output"]))


def _at(model: str, version: int | None, stage: str | None, alias: str | None) -> str:
    chosen = [(k, v) for k, v in (("versions", version), ("stages", stage), ("aliases", alias)) if v is not None]
    if len(chosen) > 1:
        raise ValueError("say a version, a stage or an alias, not several of them")
    return f"/models/{quote(model, safe='')}" + "".join(f"/{k}/{quote(str(v), safe='')}" for k, v in chosen)


def _stage(model: str, stage: str) -> str:
    return f"/api/v1/models/{quote(model, safe='')}/stages/{quote(stage, safe='')}"


class _archive:
    """A bundle as a file to send, with its media type; removes what it made."""

    def __init__(self, bundle: Any):
        self._bundle = bundle
        self._folder: Any = None

    def __enter__(self) -> tuple[Path, str]:
        if isinstance(self._bundle, (str, os.PathLike)):
            path = Path(self._bundle)
            if path.is_dir():
                return self._zipped(path), "application/zip"
            return path, "application/onnx" if path.suffix == ".onnx" else "application/zip"
        made = self._own("bundle.zip")
        if isinstance(self._bundle, (bytes, bytearray)):
            made.write_bytes(self._bundle)
            return made, "application/zip" if made.read_bytes()[:2] == b"PK" else "application/onnx"
        self._bundle.save(made)
        return made, "application/zip"

    def _own(self, name: str) -> Path:
        import tempfile

        self._folder = tempfile.TemporaryDirectory()
        return Path(self._folder.name) / name

    def _zipped(self, folder: Path) -> Path:
        import zipfile

        made = self._own("bundle.zip")
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.rglob("*")):
                inside = file.relative_to(folder)
                if file.is_file() and not _UNWANTED & set(inside.parts) and file.name != ".DS_Store":
                    archive.write(file, inside.as_posix())
        return made

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            self._folder.cleanup()


def _named(path: Path, media_type: str) -> str:
    """The model's name in a bundle's manifest; of an ONNX file, the file's."""
    if media_type == "application/onnx":
        return path.stem
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            return str(json.loads(archive.read("bundle.json"))["model"]["name"])
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as e:
        raise ValueError(f"{path} names no model ({e}): is it a bundle? Pass `model` if its manifest is YAML") from e


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(_STEP):
            yield part
