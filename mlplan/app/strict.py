"""Strict: JSON of a file that means one thing to every reader: no name twice, no NaN, no more levels than are written."""

import json
from typing import Any

DEEPEST = 64
"""Levels of nesting; what mlplan writes has fewer than half as many."""


def strict_json(data: bytes) -> Any:
    """Return the JSON value; ValueError says what is wrong with it."""
    try:
        value = json.loads(data, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except RecursionError:
        raise _too_deep() from None
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        inner = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list))
        level = [item for items in inner for item in items]
        if not level:
            return value
    raise _too_deep()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; a name that stands twice could mean two things to two readers."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice in the same object")
    return made


def _refuse_constant(name: str) -> object:
    """Refuse NaN and infinities, which are not JSON."""
    raise ValueError(f"{name} is not JSON")


def _too_deep() -> ValueError:
    """Return the refusal of a value that is nested without end."""
    return ValueError(f"it is nested more than {DEEPEST} levels deep")
