"""Keyed: lists whose items are known by their fields, where the same item twice would mean two things at once."""

from collections.abc import Iterator
from typing import Any

from mlplan.core.canonical import canonical
from mlplan.core.kind import Problem
from mlplan.core.path import item_key
from mlplan.core.rule import Rules, Shape
from mlplan.core.values import Values

Place = tuple[str | int, ...]


def repeats(values: Values, shape: Shape, path: Place = ()) -> Iterator[Problem]:
    """Yield each item that names what an earlier item of its list names, nested lists included."""
    for name, value in values.items():
        rules = shape.get(name)
        if rules is None or rules.shape is None:
            continue
        if isinstance(value, dict):
            yield from repeats(value, rules.shape, (*path, name))
        elif isinstance(value, list):
            yield from _in_list(value, rules, (*path, name))


def _in_list(items: list[Any], rules: Rules, path: Place) -> Iterator[Problem]:
    """Yield the items of one list that come twice."""
    shape = rules.shape or {}
    first: dict[str, int] = {}
    for place, item in enumerate(items):
        if not isinstance(item, dict):
            continue
        yield from repeats(item, shape, (*path, place))
        if not rules.keyed:
            continue
        key = item_key(canonical(item, shape), rules.keyed)
        if first.setdefault(key, place) != place:
            where = f"item {first[key] + 1}"
            yield Problem((*path, place), f"{key or 'this'} stands twice in {path[-1]}", f"merge it with {where}")
