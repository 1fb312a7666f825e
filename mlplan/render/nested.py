"""Nested: what differs inside two values that no field rule takes apart, told by deepdiff."""

from mlplan.render.escape import visible
from mlplan.render.value import show

LIMIT = 20
_WORDS = {
    "dictionary_item_added": "added",
    "iterable_item_added": "added",
    "dictionary_item_removed": "removed",
    "iterable_item_removed": "removed",
}


def is_nested(before: object, after: object) -> bool:
    """Tell whether both sides hold further values, so that showing them whole would hide the change."""
    return _holds(before) and _holds(after)


def describe(before: object, after: object) -> tuple[str, ...]:
    """Return one line per difference, in the order of their places."""
    from deepdiff import DeepDiff  # noqa: PLC0415 - a tenth of a second, needed for few plans

    tree = DeepDiff(before, after, view="tree", verbose_level=2)
    found = [_line(group, level) for group, levels in tree.items() for level in levels]
    shown = [text for _, text in sorted(found)]
    if len(shown) > LIMIT:
        shown[LIMIT:] = [f"... and {len(shown) - LIMIT} more"]
    return tuple(shown)


def _holds(value: object) -> bool:
    """Tell whether a value is a map, or a list that holds more than plain values."""
    if isinstance(value, dict):
        return True
    return isinstance(value, list) and any(isinstance(item, dict | list) for item in value)


def _line(group: str, level: object) -> tuple[str, str]:
    """Return the place of a difference and the line that tells it."""
    place = _place(level.path(output_format="list"))  # type: ignore[attr-defined]
    old, new = level.t1, level.t2  # type: ignore[attr-defined]
    if group in _WORDS:
        word = _WORDS[group]
        return place, f"{place}: {word} {show(new if word == 'added' else old)}"
    return place, f"{place}: {show(old)} -> {show(new)}"


def _place(path: list[str | int]) -> str:
    """Return a deepdiff path as people write it."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{visible(str(part))}" for part in path]
    return "".join(parts).removeprefix(".")
