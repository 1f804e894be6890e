"""The refusal of what cannot be declared, and the check that every parameter of a part is known."""

_ABSENT = object()


class CannotDeclare(ValueError):
    """A part of the model that no step and no graph can express exactly.

    `part` is its place in the pipeline, `reason` names it and says what to do.
    """

    def __init__(self, reason: str, part: str = ""):
        super().__init__(f"{part}: {reason}" if part else reason)
        self.reason = reason
        self.part = part


def kind_of(part) -> str:
    """The class of a part: its name for scikit-learn's own, with the module for any other."""
    kind = type(part)
    return kind.__name__ if kind.__module__.startswith("sklearn.") else f"{kind.__module__}.{kind.__qualname__}"


def is_null(value) -> bool:
    """Whether a value is None, NaN or pandas' NA."""
    if value is None:
        return True
    try:
        return bool(value != value)  # noqa: PLR0124 (NaN alone differs from itself)
    except (TypeError, ValueError):  # pandas' NA has no truth
        return True


def examine(part, free: str, **conditions) -> None:
    """Refuses every parameter of `part` that is unknown here, or has a value that has no step.

    `free` are the names of those that change nothing after fitting, or that the caller declares. A
    condition is the only value that a parameter may have, or a function that tells.
    """
    known = set(free.split())
    for name, value in part.get_params(deep=False).items():
        condition = conditions.get(name, _ABSENT)
        if condition is not _ABSENT:
            fits = condition(value) if callable(condition) else value is condition or value == condition
            if not fits:
                refuse(part, name)
        elif name not in known:
            raise CannotDeclare(
                f"{kind_of(part)} has the parameter {name} (={value!r}), which this packager does not know: "
                "it cannot say what it changes"
            )


def refuse(part, name: str) -> None:
    """Refuses the value of the parameter `name`."""
    raise CannotDeclare(f"{kind_of(part)}({name}={getattr(part, name)!r}) has no declared step")
