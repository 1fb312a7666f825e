"""Marking: markers put into what is sent and taken out of what is read, so that no provider needs to know of them."""

from collections.abc import Iterator

from mlplan.core.change import Change, FieldChange, Object
from mlplan.core.marker import Marker, places, split, stamped
from mlplan.core.provider import Edit
from mlplan.core.values import Values
from mlplan.kinds import spec


def told(kind: str, found: Object) -> Object:
    """Return an object as a provider reads it with its marker apart from its values."""
    if not spec(kind).carrier:
        return found
    values, marker = split(spec(kind), found.values)
    return found if values is found.values else found._replace(values=values, marker=marker)


def foreign(found: Object | None, owner: str) -> Marker | None:
    """Return the marker of an object that another owner claims."""
    marker = found.marker if found is not None else None
    return marker if marker is not None and marker.owner != owner else None


def lacks(change: Change) -> bool:
    """Tell whether the object is there without the marker of its owner."""
    if change.marker is None or change.actual is None:
        return False
    there = change.actual.marker
    return there is None or there.owner != change.marker.owner


def pairs(change: Change, *, along: bool) -> Iterator[FieldChange]:
    """Yield what an update has to write, or take off, so that the object carries the marker that it shall.

    A marker whose address alone is stale, as after a move, is not worth a call: it goes along with other fields.
    """
    there = change.actual.marker if change.actual is not None else None
    stale = along and change.marker is not None and there is not None
    if not (lacks(change) or stale or (change.release and there is not None)):
        return
    for path, key in places(spec(change.kind)):
        before, after = _pair(there, key), _pair(change.marker, key)
        if before != after:
            yield FieldChange(path, before, after, None, "config")


def sent(change: Change, values: Values) -> Values:
    """Return fields of a new object with the marker that it shall carry."""
    return values if change.marker is None else stamped(spec(change.kind), values, change.marker)


def edit(change: Change, actual: Object, desired: Values, fields: tuple[FieldChange, ...]) -> Edit:
    """Return an update whose marker outlives it: a carrier that it does not name keeps the pairs that are there."""
    kind = spec(change.kind)
    if change.marker is None or not kind.carrier:
        return Edit(actual, desired, fields)
    if kind.carrier in actual.values and not any(one.path[0] == kind.carrier for one in change.fields):
        desired = {**desired, kind.carrier: actual.values[kind.carrier]}
    return Edit(actual, stamped(kind, desired, change.marker), fields)


def dropped(change: Change, found: Object) -> str:
    """Return what to say of a marker that the platform accepted and did not keep; empty when it is there."""
    if change.marker is None or (found.marker is not None and found.marker.owner == change.marker.owner):
        return ""
    there = f"says that it belongs to {found.marker}" if found.marker else "does not show the marker of its owner"
    return f"MLE520: accepted, but the live object {there}"


def _pair(marker: Marker | None, key: str) -> str | None:
    """Return one of the pairs of a marker."""
    if marker is None:
        return None
    return marker.owner if key.endswith("owner") else marker.address or None
