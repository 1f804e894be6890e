"""Slipway from Python: package a fitted model, publish it, and ask it.

`package` and `explain` need the extra `pack` (`pip install './clients/python[pack]'`); the client needs
nothing but the standard library. Everything is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .aio import AsyncClient
    from .client import Client, Event, Move, Prediction, Version
    from .errors import (
        BundleRejected,
        Conflict,
        ConnectionLost,
        DeadlineExceeded,
        DeadlinePassed,
        InvalidInput,
        InvalidRequest,
        ModelFailed,
        NotAllowed,
        NotFound,
        OutcomeUnknown,
        Overloaded,
        ProblemError,
        SlipwayError,
        Unavailable,
        Violation,
    )
    from .pack.packaging import explain, package

__all__ = [
    "AsyncClient",
    "BundleRejected",
    "Client",
    "Conflict",
    "ConnectionLost",
    "DeadlineExceeded",
    "DeadlinePassed",
    "Event",
    "InvalidInput",
    "InvalidRequest",
    "ModelFailed",
    "Move",
    "NotAllowed",
    "NotFound",
    "OutcomeUnknown",
    "Overloaded",
    "Prediction",
    "ProblemError",
    "SlipwayError",
    "Unavailable",
    "Version",
    "Violation",
    "explain",
    "package",
]
_ROOMS = {
    ".pack.packaging": ("explain", "package"),
    ".aio": ("AsyncClient",),
    ".client": ("Client", "Event", "Move", "Prediction", "Version"),
}
_ROOM = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'slipway' has no attribute {name!r}")
    return getattr(import_module(_ROOM.get(name, ".errors"), __name__), name)
