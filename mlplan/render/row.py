"""Row: one line below a change, and the values of a field spread over several of them."""

from collections.abc import Iterator
from typing import NamedTuple

from mlplan.core.path import Path, item_key
from mlplan.core.rule import Rules, Shape
from mlplan.kinds import spec

Leaf = tuple[Path, object]


class Row(NamedTuple):
    """A labelled value; `more` are lines that stand below it, and `sides` both values where `text` tells two."""

    sign: str
    label: str
    text: str
    tail: str = ""
    more: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()


def leaves(kind: str, path: Path, value: object) -> Iterator[Leaf]:
    """Yield the plain values inside `value`, which stands at `path`; keyed lists go by key."""
    if not isinstance(value, dict | list):
        yield path, value
        return
    if path[-1].startswith("["):
        yield from _spread(path[:-1], [value], _at(spec(kind).shape(), path[:-1]))
        return
    yield from _spread(path, value, _at(spec(kind).shape(), path))


def _at(shape: Shape, path: Path) -> Rules:
    """Return the rules of the field at `path`; free maps and unknown names have none."""
    found = Rules()
    inside: Shape = shape
    for segment in path:
        if not segment.startswith("["):
            found = inside.get(segment, Rules())
            inside = found.shape or {}
    return found


def _spread(path: Path, value: object, rules: Rules) -> Iterator[Leaf]:
    """Yield the leaves of one value."""
    if isinstance(value, dict) and value:
        for name, item in value.items():
            inner = (rules.shape or {}).get(name, Rules())
            yield from _spread((*path, str(name)), item, inner)
    elif isinstance(value, list) and rules.keyed and all(isinstance(item, dict) for item in value):
        for item in value:
            key = item_key(item, rules.keyed)
            rest = {name: part for name, part in item.items() if name not in rules.keyed}
            yield from _spread((*path, f"[{key}]"), rest or None, Rules(shape=rules.shape))
    else:
        yield path, value
