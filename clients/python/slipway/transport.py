"""HTTP connections to one server: kept alive, shared by threads, repeated where that is safe."""

import http.client
import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from .errors import ConnectionLost, DeadlinePassed, ProblemError, SlipwayError, problem_error

_LOST = (ConnectionError, http.client.HTTPException, TimeoutError, socket.timeout, OSError)
_IDLE = 32
_UNKNOWN = 3
_LARGEST_PROBLEM = 1 << 20
Body = bytes | Callable[[], Iterator[bytes]] | None


class Transport:
    """Sends requests to `url`. Thread-safe: each call has a connection to itself while it lasts."""

    def __init__(self, url: str, headers: Mapping[str, str], timeout: float, retries: int, context: Any):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"the server's URL is {url!r}; expected http://host:port or https://host")
        if parts.username or parts.query or parts.fragment:
            raise ValueError("the server's URL has a user, a query or a fragment; pass a key as `key`")
        self.prefix = parts.path.rstrip("/")
        self.timeout = timeout
        self._host, self._port, self._secure = parts.hostname, parts.port, parts.scheme == "https"
        self._headers = dict(headers)
        self._retries = retries
        self._context = context
        self._idle: list[http.client.HTTPConnection] = []
        self._lock = threading.Lock()
        self._reached = False

    def call(
        self,
        method: str,
        path: str,
        body: Body = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        repeatable: bool = True,
    ) -> tuple[Any, Mapping[str, str]]:
        """The answer's JSON (None where it is empty) and its headers.

        A request that is `repeatable` is sent again after 429 and 503, no earlier than `Retry-After`
        says, and after a lost connection, while the deadline allows. Raises ProblemError and its kinds,
        ConnectionLost and DeadlinePassed.
        """
        end = time.monotonic() + (self.timeout if timeout is None else timeout)
        for attempt in range(self._retries + 1):
            try:
                return self._once(method, path, body, headers or {}, end)
            except ProblemError as e:
                if not repeatable or e.status not in (429, 503) or attempt == self._retries:
                    raise
                pause = e.retry_after if e.retry_after is not None else _pause(attempt)
                if time.monotonic() + pause >= end:
                    raise
            except ConnectionLost:
                pause = _pause(attempt)
                # A server that never answered is rather a wrong URL than one that starts again.
                most = self._retries if self._reached else min(self._retries, _UNKNOWN)
                if not repeatable or attempt >= most or time.monotonic() + pause >= end:
                    raise
            time.sleep(pause)
        raise AssertionError

    def _once(
        self, method: str, path: str, body: Body, headers: Mapping[str, str], end: float
    ) -> tuple[Any, Mapping[str, str]]:
        with self.exchange(method, path, body, headers, end) as response:
            data = response.read()
            if not data:
                return None, dict(response.headers)
            try:
                return json.loads(data), dict(response.headers)
            except ValueError as e:
                raise SlipwayError(f"{method} {path}: the answer is no JSON; is this a Slipway server?") from e

    @contextmanager
    def exchange(
        self, method: str, path: str, body: Body, headers: Mapping[str, str], end: float
    ) -> Iterator[http.client.HTTPResponse]:
        """One request and its good answer. The connection is used again where the answer was read
        whole. Raises ProblemError for any other answer."""
        response = None
        connection, fresh = self._take(end)
        try:
            try:
                response = self._send(connection, method, path, body, headers, end)
            except _LOST as e:
                connection.close()
                if fresh:
                    raise self._lost(method, path, e, end) from e
                # It was idle: the server may have closed it before it saw the request.
                connection, _ = self._take(end, fresh=True)
                try:
                    response = self._send(connection, method, path, body, headers, end)
                except _LOST as again:
                    raise self._lost(method, path, again, end) from again
            self._reached = True
            if response.status >= 400:
                raise problem(response)
            try:
                yield response
            except _LOST as e:
                raise self._lost(method, path, e, end) from e
        finally:
            self._give(connection, response)

    def _send(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: Body,
        headers: Mapping[str, str],
        end: float,
    ) -> http.client.HTTPResponse:
        left = _left(end)
        connection.timeout = left
        if connection.sock is not None:
            connection.sock.settimeout(left)
        content = body() if callable(body) else body
        try:
            connection.request(method, self.prefix + path, content, self.headers(headers), encode_chunked=False)
        except (BrokenPipeError, ConnectionResetError):
            if connection.sock is None or not callable(body):
                raise
            # A server that refuses an upload answers before it has read it.
            early = http.client.HTTPResponse(connection.sock, method=method)
            early.begin()
            return early
        return connection.getresponse()

    def connect(self, end: float) -> http.client.HTTPConnection:
        """A connection of one's own, for a stream."""
        return self._take(end, fresh=True)[0]

    def headers(self, more: Mapping[str, str]) -> dict[str, str]:
        """The headers of every request, with `more`."""
        return {**self._headers, **more}

    def _take(self, end: float, fresh: bool = False) -> tuple[http.client.HTTPConnection, bool]:
        with self._lock:
            if self._idle and not fresh:
                return self._idle.pop(), False
        left = _left(end)
        if self._secure:
            import ssl

            context = self._context or ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=left, context=context), True
        return http.client.HTTPConnection(self._host, self._port, timeout=left), True

    def _give(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse | None) -> None:
        if response is None or not response.isclosed() or response.will_close:
            connection.close()
            return
        with self._lock:
            if len(self._idle) < _IDLE:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Closes the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _lost(self, method: str, path: str, cause: BaseException, end: float) -> Exception:
        if isinstance(cause, TimeoutError) and time.monotonic() >= end - 0.01:
            return DeadlinePassed(f"{method} {path}: no answer in time")
        why = str(cause) or type(cause).__name__
        return ConnectionLost(f"{method} {path} at {self._host}:{self._port or ''}: {why}")


def problem(response: http.client.HTTPResponse) -> ProblemError:
    """The exception for an answer that is no success; reads it."""
    data = response.read(_LARGEST_PROBLEM)
    try:
        told = json.loads(data)
    except ValueError:
        told = {"title": response.reason, "detail": data[:300].decode("utf-8", "replace")}
    if not isinstance(told, dict):
        told = {"title": response.reason}
    return problem_error(response.status, told, _seconds(response.headers.get("Retry-After")))


def _seconds(header: str | None) -> float | None:
    """`Retry-After` in seconds; the form with a date is not used by Slipway."""
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None


def _pause(attempt: int) -> float:
    """Longer each time, and never the same for two callers."""
    return min(2.0, 0.1 * 2.0**attempt) * (0.5 + random.random() / 2)


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise DeadlinePassed("the deadline has passed before the call was sent")
    return left
