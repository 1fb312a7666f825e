"""Ignore: fields that a resource leaves to others, by `lifecycle.ignore_changes`."""

from collections.abc import Iterable
from typing import Any

from mlplan.core.path import ANY, Path, item_key
from mlplan.core.rule import Rules, Shape
from mlplan.core.values import Values
from mlplan.engine.diff import NO_RULES


def leave(desired: Values, actual: Values, paths: Iterable[Path], shape: Shape) -> Values:
    """Return `desired` with the live value at each path, so that nothing there is ever changed."""
    for path in paths:
        desired = _fields(desired, actual, path, shape)
    return desired


def _fields(desired: Values, actual: Values, path: Path, shape: Shape) -> Values:
    """Return a mapping with the live value at the path."""
    name, rest = path[0], path[1:]
    made = dict(desired)
    value = _value(made.get(name), actual.get(name), rest, shape.get(name, NO_RULES))
    if value is None:
        made.pop(name, None)
    else:
        made[name] = value
    return made


def _value(desired: Any, actual: Any, path: Path, rules: Rules) -> Any:
    """Return a value with the live one at the path inside it."""
    if not path:
        return actual
    if isinstance(desired, dict) and isinstance(actual, dict):
        return _fields(desired, actual, path, rules.shape or {})
    if rules.keyed and isinstance(desired, list) and isinstance(actual, list):
        return _items(desired, actual, path, rules)
    return desired


def _items(desired: list[Values], actual: list[Values], path: Path, rules: Rules) -> list[Values]:
    """Return a keyed list with the live value at the path in the items that it names."""
    there = {item_key(item, rules.keyed): item for item in actual}
    made: dict[str, Values] = {item_key(item, rules.keyed): item for item in desired}
    for key in made.keys() | there.keys():
        if path[0] not in (ANY, f"[{key}]"):
            continue
        if len(path) == 1:
            made.pop(key, None)
            made |= {key: there[key]} if key in there else {}
        elif key in made and key in there:
            made[key] = _fields(made[key], there[key], path[1:], rules.shape or {})
    return [made[key] for key in sorted(made)]
