"""Value: how one field's value is written in a plan, short and on one line."""

import json
import re
from functools import lru_cache

from mlplan.core.values import Unknown
from mlplan.render.escape import visible

LIMIT = 72
"""Longer texts are cut, since a plan is read and not parsed."""
UNSET = "(unset)"
_CONTEXT = 12
_PLAIN = re.compile(r"[\w./@:+{}*-]*[\w/}]")


def show(value: object) -> str:
    """Return a value as a reader of YAML would write it."""
    if value is None:
        return UNSET
    if isinstance(value, Unknown):
        return awaited(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return shorten(visible(_flow(value)))


def pair(before: object, after: object) -> tuple[str, str]:
    """Return both sides of a change, cut around the place where they differ."""
    if isinstance(before, str) and isinstance(after, str) and len(before) + len(after) > LIMIT:
        return _around(before, after)
    old, new = show(before), show(after)
    return (_typed(before), _typed(after)) if old == new else (old, new)


def awaited(value: Unknown) -> str:
    """Return which value an unknown one waits for."""
    wanted = ", ".join(f"{target.plural}.{target.key}.{target.field}" for target in value.targets())
    return f"(known after apply: {visible(wanted)})" if wanted else "(known after apply)"


@lru_cache(maxsize=4096)
def quoted(text: str) -> str:
    """Return a text, in quotes unless it is one plain word, and cut when it is long."""
    if not _PLAIN.fullmatch(text):
        return f'"{shorten(visible(text))}"'
    return shorten(visible(text))


def shorten(text: str) -> str:
    """Return the start of a long text and how much is left out."""
    if len(text) <= LIMIT:
        return text
    return f"{text[: LIMIT - 12]}... ({len(text) - LIMIT + 12} more)"


def _typed(value: object) -> str:
    """Return a value with its type plain to see, for two values that look alike."""
    return shorten(visible(json.dumps(value, ensure_ascii=False))) if not isinstance(value, Unknown) else show(value)


def _around(before: str, after: str) -> tuple[str, str]:
    """Return two texts, or where one is long the parts that begin shortly before their first difference."""
    if isinstance(after, Unknown) or max(len(before), len(after)) <= LIMIT:
        return show(before), show(after)
    ends = min(len(before), len(after))
    same = next((place for place in range(ends) if before[place] != after[place]), ends)
    start = max(0, same - _CONTEXT)
    lead = "..." if start else ""
    return f'"{lead}{shorten(visible(before[start:]))}"', f'"{lead}{shorten(visible(after[start:]))}"'


def _flow(value: object) -> str:
    """Return a nested value on one line, as YAML's flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return show(value)
