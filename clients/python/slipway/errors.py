"""What can go wrong in a call of a Slipway server, as exceptions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class SlipwayError(Exception):
    """Any failure of a call."""


class ConnectionLost(SlipwayError):
    """The server could not be reached, or the connection broke before its answer; retries were in vain."""


class DeadlinePassed(SlipwayError):
    """The time that the caller allowed has passed on this side."""


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong with what was sent: a JSON pointer to it (or, for a bundle, a file and a
    pointer), a code, and what was expected."""

    pointer: str
    code: str
    message: str


class ProblemError(SlipwayError):
    """The server answered with a problem (RFC 9457).

    `code` is stable, `detail` is for people; `violations` name every value that is wrong, `retry_after`
    the seconds after which the server expects to have time.
    """

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: float | None = None):
        self.status = status
        self.code = str(problem.get("type", "")).rpartition(":")[2] or "unknown"
        self.title = str(problem.get("title", ""))
        self.detail = str(problem.get("detail", ""))
        self.instance = problem.get("instance")
        self.trace_id = problem.get("trace_id")
        self.retry_after = retry_after
        self.violations = [
            Violation(str(e.get("pointer", e.get("where", ""))), str(e.get("code", "")), str(e.get("message", "")))
            for e in problem.get("errors") or ()
        ]
        lines = [f"{self.code} ({status}): {self.detail or self.title}"]
        lines += [f"  {v.pointer or '/'}: {v.message} [{v.code}]" for v in self.violations]
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[Any, ...]:
        return (_again, (type(self), self.status, self.__dict__, self.args))


def _again(kind: type[ProblemError], status: int, members: dict[str, Any], args: tuple[Any, ...]) -> ProblemError:
    error = kind(status, {})
    error.__dict__.update(members)
    error.args = args
    return error


class InvalidRequest(ProblemError):
    """The request cannot be read, or a value of it is not allowed (400, 413, 415, 422)."""


class InvalidInput(InvalidRequest):
    """The object breaks the model's schema; `violations` has a pointer for each value."""


class BundleRejected(InvalidRequest):
    """The bundle is unsafe, inconsistent, or does not reproduce its examples."""


class NotAllowed(ProblemError):
    """The key is missing, unknown, or has not the role that the call needs (401, 403)."""


class NotFound(ProblemError):
    """There is no such model, version, stage or alias (404)."""


class Conflict(ProblemError):
    """The registry's state does not allow it, or it changed meanwhile (409, 412, 428)."""


class Overloaded(ProblemError):
    """The server has no time for the call before its deadline (429)."""


class Unavailable(ProblemError):
    """The version is still loading, or something that the server needs does not answer (503)."""


class OutcomeUnknown(Unavailable):
    """The change was perhaps made; look before you repeat it without its idempotency key."""


class DeadlineExceeded(ProblemError):
    """The deadline passed on the server's side (504)."""


class ModelFailed(ProblemError):
    """The model failed on this object (500)."""


_BY_CODE: dict[str, type[ProblemError]] = {
    "invalid-input": InvalidInput,
    "bundle-rejected": BundleRejected,
    "outcome-unknown": OutcomeUnknown,
    "model-error": ModelFailed,
}
_BY_STATUS: dict[int, type[ProblemError]] = {
    400: InvalidRequest, 401: NotAllowed, 403: NotAllowed, 404: NotFound, 409: Conflict, 412: Conflict,
    413: InvalidRequest, 415: InvalidRequest, 422: InvalidRequest, 428: Conflict, 429: Overloaded, 503: Unavailable,
    504: DeadlineExceeded,
}  # fmt: skip


def problem_error(status: int, problem: Mapping[str, Any], retry_after: float | None = None) -> ProblemError:
    """The exception for a problem, by its code and then by its status."""
    code = str(problem.get("type", "")).rpartition(":")[2]
    kind = _BY_CODE.get(code) or _BY_STATUS.get(status, ProblemError)
    return kind(status, problem, retry_after)
