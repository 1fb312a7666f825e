"""Edits: a change of single fields, by their paths, that leaves everything beside them alone."""

from collections.abc import Iterable
from typing import Any

from mlplan.core.canonical import is_unset
from mlplan.core.path import Path, item_key
from mlplan.core.rule import Rules, Shape
from mlplan.core.values import Values

_NO_RULES = Rules()
_NO_SHAPE: Shape = {}


def take_over(values: Values, desired: Values, paths: Iterable[Path], shape: Shape) -> None:
    """Bring the fields at `paths` to what `desired` says; a block that it does not have goes as a whole."""
    for path in paths:
        _take(values, desired, path, shape)


def put(values: Values, path: Path, value: Any, shape: Shape) -> None:
    """Set one field, making the blocks and items around it; None takes it away."""
    desired: Values = {}
    _put(desired, path, value, shape)
    _take(values, desired, path, shape)


def _take(there: Values, wanted: Values, path: Path, shape: Shape) -> None:
    """Bring one field of a mapping to what another mapping says."""
    name, rest = path[0], path[1:]
    value: Any = wanted.get(name)
    rules = shape.get(name, _NO_RULES)
    if is_unset(value):
        there.pop(name, None)
    elif not rest:
        there[name] = value
    elif rest[0].startswith("[") and isinstance(value, list):
        there[name] = _take_item(there.get(name) or [], value, rest, rules)
    else:
        inner = there.setdefault(name, {})
        _take(inner, value, rest, rules.shape or _NO_SHAPE)


def _take_item(there: list[Values], wanted: list[Values], path: Path, rules: Rules) -> list[Values]:
    """Return a keyed list with one field of one item, or the whole item, as another list says."""
    key, rest = path[0][1:-1], path[1:]
    item = _item(wanted, key, rules)
    found = _item(there, key, rules)
    if item is None:
        return [one for one in there if one is not found]
    if found is None:
        return [*there, dict(item)]
    if not rest:
        return [dict(item) if one is found else one for one in there]
    _take(found, item, rest, rules.shape or _NO_SHAPE)
    return there


def _put(values: Values, path: Path, value: Any, shape: Shape) -> None:
    """Write a value at a path into a mapping that holds nothing else."""
    name, rest = path[0], path[1:]
    rules = shape.get(name, _NO_RULES)
    if not rest:
        values[name] = value
    elif rest[0].startswith("[") and rules.keyed:
        item = key_fields(rest[0][1:-1], rules)
        values[name] = [item] if len(rest) > 1 or value is not None else [{}]
        if len(rest) > 1:
            _put(item, rest[1:], value, rules.shape or _NO_SHAPE)
        elif value is not None:
            item.update(value)
    else:
        _put(values.setdefault(name, {}), rest, value, rules.shape or _NO_SHAPE)


def _item(items: list[Values], key: str, rules: Rules) -> Values | None:
    """Return the item with this key."""
    return next((item for item in items if item_key(item, rules.keyed) == key), None)


def key_fields(key: str, rules: Rules) -> Values:
    """Return the fields that an item's key was made from."""
    if len(rules.keyed) == 1:
        return {rules.keyed[0]: key}
    pairs = (part.partition("=") for part in key.split(","))
    return {name: value for name, _, value in pairs}
