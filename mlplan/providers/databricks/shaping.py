"""Shaping: between the raw JSON of the API and the fields that a kind declares.

Raw JSON holds more than we know: server defaults, output-only fields, blocks that are newer than
we are. Reading picks what the kind declares; writing a whole block puts our fields into what is
there, so that everything else survives.
"""

from collections.abc import Iterable
from typing import Any

from mlplan.core.canonical import is_unset
from mlplan.core.kind import Spec
from mlplan.core.marker import split
from mlplan.core.path import Path, item_key
from mlplan.core.provider import Wanted
from mlplan.core.rule import Rules, Shape
from mlplan.core.values import Values


def pick(raw: Values, shape: Shape) -> Values:
    """Return the declared fields among raw ones, at every depth, in any order."""
    made: Values = {}
    for name, rules in shape.items():
        value = raw.get(name)
        if rules.write_only or rules.engine:
            continue
        if rules.shape is not None and isinstance(value, dict):
            value = pick(value, rules.shape)
        elif rules.shape is not None and isinstance(value, list):
            value = [pick(item, rules.shape) for item in value]
        if not is_unset(value):
            made[name] = value
    return made


def merged(live: Values, desired: Values, shape: Shape, named: Iterable[Path]) -> Values:
    """Return a whole block to send: `live` with our fields as desired.

    Fields that we do not know stay. A declared field that is unset goes, unless the server fills
    it in and the change does not name it.
    """
    paths = [path for path in named if path]
    made = {name: value for name, value in live.items() if name not in shape}
    for name, rules in shape.items():
        inside = [path[1:] for path in paths if path[0] == name]
        if not is_unset(desired.get(name)):
            made[name] = _value(live.get(name), desired[name], rules, inside)
        elif rules.computed and not inside and not is_unset(live.get(name)):
            made[name] = live[name]
    return made


def _value(live: Any, desired: Any, rules: Rules, named: list[Path]) -> Any:
    """Return one field to send."""
    if rules.shape is None:
        return desired
    if isinstance(desired, dict):
        return merged(live if isinstance(live, dict) else {}, desired, rules.shape, named)
    there = {item_key(item, rules.keyed): item for item in live or ()} if rules.keyed else {}
    items: list[Values] = []
    for item in desired:
        key = item_key(item, rules.keyed)
        inside = [path[1:] for path in named if path and path[0] == f"[{key}]"]
        items.append(merged(there.get(key, {}), item, rules.shape, inside))
    return items


def agrees(found: Any, desired: Any, rules: Rules) -> bool:
    """Tell whether everything that is desired is there; what the server added does not matter."""
    if rules.write_only or rules.engine:
        return True
    shape = rules.shape
    if shape is None:
        return bool(found == desired)
    if isinstance(desired, dict):
        return isinstance(found, dict) and contains(found, desired, shape)
    there = {item_key(item, rules.keyed): item for item in found or ()}
    wanted = {item_key(item, rules.keyed): item for item in desired or ()}
    return there.keys() == wanted.keys() and all(contains(there[key], wanted[key], shape) for key in wanted)


def proves(spec: type[Spec], found: Values, why: Wanted, shape: Shape) -> bool:
    """Tell whether fields are as declared, those of others and the marker aside, and carry the marker that they are to."""
    values, marker = split(spec, found)
    ours = not spec.carrier or not why.owner or (marker is not None and marker.owner == why.owner)
    return ours and why.declared is not None and contains(values, why.declared, shape)


def contains(found: Values, desired: Values, shape: Shape) -> bool:
    """Tell whether fields are as desired; those that nobody set may hold what only the server fills in."""
    for name, rules in shape.items():
        wanted = desired.get(name)
        if not is_unset(wanted):
            if not agrees(found.get(name), wanted, rules):
                return False
        elif not (rules.computed or rules.opt_in or rules.fixed or is_unset(found.get(name))):
            return False
    return True
