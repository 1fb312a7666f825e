"""Column nesting: what becomes of values when the type of a column changes, arrays, objects and maps included."""

from collections.abc import Iterator

from mlplan.evidence.column_fate import SAFE, Fate, alike, worst
from mlplan.evidence.column_types import ANY, Array, Map, Object, Property, Scalar, Type
from mlplan.evidence.column_values import inner_fate, value_change, value_fate

UNCHECKED = ("boolean", "string", "binary")
"""Types that MLflow does not check in a column of Python objects."""


def type_fate(before: Type, after: Type) -> Fate:
    """Return what becomes of the values of a column."""
    if before == after:
        return SAFE
    if isinstance(before, Scalar) and isinstance(after, Scalar):
        return value_fate(before.name, after.name)
    if _nested(before) and str(after) in UNCHECKED:
        return _unchecked(before, after)
    return _inside(before, after)


def _unchecked(before: Type, after: Type) -> Fate:
    """Return what becomes of arrays, objects and maps in a column of one value each, which is what objects may be."""
    arrives = f"a DataFrame's {_kind(before)} arrives as it is, unchecked"
    if str(after) == "binary":
        return Fate("coerced", "rejected", "rejected", (f"{arrives}, and JSON is refused",))
    return alike("coerced", f"{arrives}, and JSON makes {after} of it")


def _inside(before: Type, after: Type, place: str = "") -> Fate:
    """Return what becomes of values, which are those at a place inside of a column's."""
    match before, after:
        case _ if before == after or str(after) == ANY:
            found = SAFE
        case Scalar(), Scalar():
            found = _placed(inner_fate(before.name, after.name), place)
        case Array(), Array():
            found = _items(before.items, after.items, f"{place}[]")
        case Map(), Map():
            found = _inside(before.values, after.values, f"{place}.*")
        case Object(), Object():
            found = worst([SAFE, *_properties(before, after, place)])
        case Object(), Map():
            found = worst([SAFE, *_freed(before, after, place)])
        case _:
            found = _placed(alike("rejected", f"{_kind(after)} takes no {_kind(before)}"), place)
    return found


def _items(before: Type, after: Type, place: str) -> Fate:
    """Return what becomes of the items of an array, which are checked as a column is."""
    if _nested(before) and str(after) in UNCHECKED:
        return _placed(alike("coerced", f"{_kind(before)} is taken for {after} unchecked"), place)
    return _inside(before, after, place)


def _properties(before: Object, after: Object, place: str) -> Iterator[Fate]:
    """Yield what becomes of each property; an unknown one is refused, unlike an unknown column."""
    old, new = ({one.name: one for one in side.properties} for side in (before, after))
    for name in sorted(old.keys() | new.keys()):
        here = f"{place}.{name}"
        if name not in new:
            yield _placed(alike("rejected", "removed, and unknown properties are refused"), here)
        elif name not in old:
            yield (
                _placed(alike("rejected", "required, and callers do not send it"), here) if new[name].required else SAFE
            )
        else:
            yield _property(old[name], new[name], here)


def _property(before: Property, after: Property, place: str) -> Fate:
    """Return what becomes of a property that stays."""
    fate = _inside(before.type, after.type, place)
    if after.required and not before.required:
        fate = worst([fate, _placed(alike("rejected", "required, and callers may leave it out"), place)])
    return fate


def _freed(before: Object, after: Map, place: str) -> Iterator[Fate]:
    """Yield what becomes of properties that are values of a map now, in which there is no null."""
    for one in before.properties:
        yield _inside(one.type, after.values, f"{place}.{one.name}")
        if not one.required and str(after.values) != ANY:
            yield _placed(alike("rejected", "may be null, which the map does not take"), f"{place}.{one.name}")


def type_change(before: Type, after: Type) -> str:
    """Return the word for a change of type."""
    match before, after:
        case _ if before == after:
            return "same"
        case Scalar(), Scalar():
            return value_change(before.name, after.name)
        case Array(), Array():
            return type_change(before.items, after.items)
        case Map(), Map():
            return type_change(before.values, after.values)
        case _ if str(after) == ANY:
            return "widened"
    return "changed" if type(before) is type(after) else "retyped"


def _placed(fate: Fate, place: str) -> Fate:
    """Return a fate whose reasons say where."""
    shown = place.removeprefix(".")
    return fate._replace(why=tuple(f"{shown}: {why}" if shown else why for why in fate.why))


def _nested(one: Type) -> bool:
    """Tell whether a type has others inside."""
    return isinstance(one, Array | Object | Map)


def _kind(one: Type) -> str:
    """Return the kind of a type, without what is inside."""
    return str(one).partition("(")[0]
