"""How a model came to be: code, data, parameters, metrics, environment and times."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


class Run:
    """A training run, from its construction on.

    `SOURCE_DATE_EPOCH` (seconds since 1970) replaces the clock, so that a run can be repeated to
    the last byte.
    """

    def __init__(self, script):
        script = Path(script).resolve()
        self._started = _now()
        self._code = _code(script)

    def lineage(self, data: list[dict], parameters: dict, metrics: dict, packages: list[str], **more) -> dict:
        """The manifest's `lineage`; the run ends now. `packages` are names of installed
        distributions; `more` are further members, such as `parents`."""
        return {
            "code": self._code,
            "data": data,
            "parameters": parameters,
            "metrics": metrics,
            "environment": {
                "python": platform.python_version(),
                "packages": [f"{name}=={version(name)}" for name in packages],
            },
            "training": {"started": self._started, "ended": _now()},
            **more,
        }


def _now() -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def _code(script: Path) -> dict:
    """The commit that `script` lies in and whether its work tree differs from it; only the
    script's name where there is no git."""

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", "-C", script.parent, *arguments], capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        root = Path(git("rev-parse", "--show-toplevel"))
        remote = _without_secrets(git("config", "--default", "", "--get", "remote.origin.url"))
        return {
            **({"repository": remote} if remote else {}),
            "commit": git("rev-parse", "HEAD"),
            "dirty": bool(git("status", "--porcelain")),
            "entrypoint": script.relative_to(root.resolve()).as_posix(),
        }
    except (OSError, subprocess.CalledProcessError):
        return {"entrypoint": script.name}


def _without_secrets(url: str) -> str:
    """A remote's URL without user, password, token, query and fragment."""
    head, separator, rest = url.partition("://")
    if not separator:
        # user@host:path of SSH, or a path of this machine, which says nothing elsewhere.
        host, colon, path = url.rpartition("@")[2].partition(":")
        return f"{host}:{path}" if colon and "/" not in host and len(host) > 1 else ""
    rest = rest.split("?")[0].split("#")[0]
    place, slash, path = rest.partition("/")
    return "" if head == "file" else f"{head}://{place.rpartition('@')[2]}{slash}{path}"
