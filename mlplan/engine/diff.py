"""Diff: which fields of an object differ from what is declared, and who made the difference.

Pure. Three values per field: desired (configuration), recorded (last applied), actual (read now).

    recorded == actual, desired differs      config   you changed it
    recorded == desired, actual differs      drift    someone else changed it
    all three differ                         both
    nothing recorded                         config

Equality decides first; the walk below only runs on the few objects that are not equal.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from mlplan.core.canonical import is_unset
from mlplan.core.change import Cause, FieldChange
from mlplan.core.path import Path, item_key
from mlplan.core.rule import RISKS, Risk, Rules, Shape
from mlplan.core.values import Values

NO_RULES = Rules()


class Found(NamedTuple):
    """One field that differs, and what its declaration says about changing it."""

    field: FieldChange
    risk: Risk
    fixed: str
    engine: bool


def comparable(actual: Values, desired: Values, recorded: Values, shape: Shape) -> Values:
    """Return `actual` without what is not ours to compare.

    Server defaults that nobody set, blocks that we never managed, and fixed fields do not
    drift; fields that cannot be read back stand as they were last applied.
    """
    made: Values = {}
    for name, value in actual.items():
        rules = shape.get(name, NO_RULES)
        if rules.engine or rules.write_only:
            continue
        if rules.fixed and name in recorded:
            made[name] = recorded[name]
        elif name in desired:
            made[name] = _inner(value, desired[name], recorded.get(name), rules)
        elif not (rules.computed or rules.fixed or (rules.opt_in and name not in recorded)):
            made[name] = value
    made |= _last_applied(actual, desired, recorded, shape)
    return {name: value for name, value in made.items() if not is_unset(value)}


def _last_applied(actual: Values, desired: Values, recorded: Values, shape: Shape) -> Values:
    """Return the fields that no read can show, also those in blocks that hold nothing else."""
    made: Values = {}
    for name, value in recorded.items():
        rules = shape.get(name, NO_RULES)
        if rules.engine or rules.write_only:
            made[name] = value
        elif name not in actual and rules.shape and isinstance(value, dict) and isinstance(desired.get(name), dict):
            made[name] = comparable({}, desired[name], value, rules.shape)
    return made


def _inner(actual: Any, desired: Any, recorded: Any, rules: Rules) -> Any:
    """Return the comparable form of one nested value."""
    if rules.shape is None:
        return actual
    if isinstance(actual, dict) and isinstance(desired, dict):
        return comparable(actual, desired, recorded if isinstance(recorded, dict) else {}, rules.shape)
    if rules.keyed and isinstance(actual, list) and isinstance(desired, list):
        wanted, last = by_key(desired, rules), by_key(recorded, rules)
        return [
            comparable(item, wanted.get(key, {}), last.get(key, {}), rules.shape)
            for key, item in by_key(actual, rules).items()
        ]
    return actual


def by_key(items: object, rules: Rules) -> dict[str, Values]:
    """Return a keyed list as a mapping; anything that is not a list has no items."""
    if not isinstance(items, list):
        return {}
    return {item_key(item, rules.keyed): item for item in items}


def differences(desired: Values, actual: Values, recorded: Values | None, shape: Shape) -> list[Found]:
    """Return every field that differs, in the order of declaration; `actual` is comparable already."""
    return list(_walk_fields((), desired, actual, recorded, shape, NO_RULES))


def _walk_fields(
    path: Path, desired: Values, actual: Values, recorded: Values | None, shape: Shape, outer: Rules
) -> Iterator[Found]:
    """Yield the differences between two mappings."""
    for name in _names(shape, desired, actual):
        wanted, there = desired.get(name), actual.get(name)
        if wanted == there:
            continue
        last = None if recorded is None else recorded.get(name)
        rules = _under(shape.get(name, NO_RULES), outer)
        yield from _walk((*path, name), wanted, there, last, rules, recorded is not None)


def _walk(path: Path, wanted: Any, there: Any, last: Any, rules: Rules, known: bool) -> Iterator[Found]:  # noqa: FBT001
    """Yield the differences between two values that are not equal."""
    if rules.keyed and _both(list, wanted, there):
        yield from _walk_items(path, wanted, there, (last or []) if known else None, rules)
    elif _both(dict, wanted, there):
        inside = (last if isinstance(last, dict) else {}) if known else None
        yield from _walk_fields(path, wanted or {}, there or {}, inside, rules.shape or {}, rules)
    else:
        replaces = rules.immutable or (rules.identity and not rules.renames)
        chosen = rules.computed and last is None and wanted is not None
        ours = known and not chosen  # what the server chose is nobody's drift
        change = FieldChange(path, there, wanted, last, _cause(wanted, there, last, ours), replaces)
        yield Found(change, rules.risk or "safe", rules.fixed, rules.engine)


def _walk_items(path: Path, wanted: Any, there: Any, last: Any, rules: Rules) -> Iterator[Found]:
    """Yield the differences between two keyed lists, item by item."""
    new, old = by_key(wanted, rules), by_key(there, rules)
    before = None if last is None else by_key(last, rules)
    for key in sorted(new.keys() | old.keys()):
        item, item_before = new.get(key, {}), old.get(key, {})
        if item == item_before:
            continue
        inside = None if before is None else before.get(key, {})
        found = list(_walk_fields((*path, f"[{key}]"), item, item_before, inside, rules.shape or {}, rules))
        own_key = [(*path, f"[{key}]", name) for name in rules.keyed]
        telling = [one for one in found if one.field.path not in own_key]
        yield from telling or found


def _both(kind: type, wanted: object, there: object) -> bool:
    """Tell whether both values are of a kind, where a missing one counts as empty."""
    return all(value is None or isinstance(value, kind) for value in (wanted, there))


def _under(rules: Rules, outer: Rules) -> Rules:
    """Return a field's rules with what it inherits from the block around it."""
    if outer is NO_RULES or not (outer.immutable or outer.risk or outer.fixed or outer.engine):
        return rules
    return Rules(
        immutable=rules.immutable or outer.immutable,
        fixed=rules.fixed or outer.fixed,
        engine=rules.engine or outer.engine,
        risk=rules.risk or outer.risk,
        keyed=rules.keyed,
        unordered=rules.unordered,
        shape=rules.shape,
        many=rules.many,
    )


def _names(shape: Shape, *sides: Values) -> Iterable[str]:
    """Return the names of all fields: declared ones in their order, free ones by name."""
    present = {name for side in sides for name in side}
    return [name for name in shape if name in present] + sorted(present - shape.keys())


def _cause(wanted: object, there: object, last: object, known: bool) -> Cause:  # noqa: FBT001
    """Return who made the difference."""
    if not known or last == there:
        return "config"
    return "drift" if last == wanted else "both"


def worst(risks: Iterable[Risk]) -> Risk:
    """Return the gravest of the risks; `safe` when there is none."""
    return min(risks, key=RISKS.index, default="safe")
