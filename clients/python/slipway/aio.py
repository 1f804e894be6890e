"""The client for asyncio: each call runs in a thread, so that the event loop is never blocked."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

from .client import Client, Event, Move, Prediction, Version
from .errors import ProblemError

T = TypeVar("T")
_END = object()


class AsyncClient:
    """A Slipway server, for asyncio. The arguments and the answers are those of Client."""

    def __init__(self, url: str = "http://127.0.0.1:8080", **options: Any):
        self._client = Client(url, **options)

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the idle connections."""
        await asyncio.to_thread(self._client.close)

    async def predict(self, model: str, objects: Any, **options: Any) -> Any:
        """See Client.predict."""
        return await asyncio.to_thread(partial(self._client.predict, model, objects, **options))

    def stream(self, model: str, objects: Iterable[Any], **options: Any) -> AsyncIterator["Prediction | ProblemError"]:
        """See Client.stream."""
        return _each(self._client.stream(model, objects, **options))

    async def push(self, bundle: Any, model: str | None = None, **options: Any) -> Version:
        """See Client.push."""
        return await asyncio.to_thread(partial(self._client.push, bundle, model, **options))

    async def promote(self, model: str, version: int, stage: str = "production", **options: Any) -> Move:
        """See Client.promote."""
        return await asyncio.to_thread(partial(self._client.promote, model, version, stage, **options))

    async def rollback(self, model: str, stage: str = "production", **options: Any) -> Move:
        """See Client.rollback."""
        return await asyncio.to_thread(partial(self._client.rollback, model, stage, **options))

    async def model(self, name: str, **options: Any) -> dict[str, Any]:
        """See Client.model."""
        return await asyncio.to_thread(partial(self._client.model, name, **options))

    def models(self, q: str | None = None, **options: Any) -> AsyncIterator[dict[str, Any]]:
        """See Client.models."""
        return _each(self._client.models(q, **options))

    def versions(self, model: str, **options: Any) -> AsyncIterator[dict[str, Any]]:
        """See Client.versions."""
        return _each(self._client.versions(model, **options))

    def history(self, model: str | None = None, **options: Any) -> AsyncIterator[dict[str, Any]]:
        """See Client.history."""
        return _each(self._client.history(model, **options))

    def events(self, **options: Any) -> AsyncIterator[Event]:
        """See Client.events."""
        return _each(self._client.events(**options))


async def _each(values: Iterator[T]) -> AsyncIterator[T]:
    """What a blocking iterator gives, one by one, each read in a thread."""
    while True:
        value: Any = await asyncio.to_thread(next, values, _END)
        if value is _END:
            return
        yield value
