"""Schema params: what becomes of callers when the parameters that a model takes change.

Every parameter has a default, so callers may leave each out, and MLflow ignores those that a model does not have.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mlplan.evidence.column_fate import SAFE, Fate, Verdict, alike, worst
from mlplan.evidence.column_nested import type_change, type_fate
from mlplan.evidence.column_types import Object, Scalar, Type, Unreadable, read
from mlplan.evidence.column_values import FRACTION, WHOLE
from mlplan.evidence.schema import Entry, Written


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter."""

    name: str
    type: Type
    many: bool
    """Whether it is a list."""
    default: object

    @property
    def text(self) -> str:
        """Return what the parameter is, for people."""
        return f"{self.type}{'[]' if self.many else ''} = {self.default!r}"


Params = dict[str, Param]


def param_entries(old: Params, new: Params) -> Iterator[Entry]:
    """Yield the parameters that differ."""
    for name in old.keys() | new.keys():
        if name not in old:
            yield Entry("param", name, None, new[name].text, "added", SAFE)
        elif name not in new:
            ignored = SAFE._replace(why=("ignored when callers send it",))
            yield Entry("param", name, old[name].text, None, "removed", ignored)
        elif (old[name].text, old[name].type) != (new[name].text, new[name].type):
            yield _entry(old[name], new[name])


def params(written: Written) -> Params:
    """Return the parameters of a signature by name; raise Unreadable for what MLflow does not write."""
    found = {one.name: one for one in map(_param, written)}
    if len(found) < len(written):
        raise Unreadable("two of its parameters have one name")
    return found


def _param(written: Mapping[str, Any]) -> Param:
    """Return a parameter."""
    if "name" not in written:
        raise Unreadable("a parameter has no name")
    return Param(str(written["name"]), read(written), written.get("shape") is not None, written.get("default"))


def _entry(before: Param, after: Param) -> Entry:
    """Return what becomes of a parameter that stays."""
    fates = [SAFE]
    change = "new default"
    if before.type != after.type:
        change = type_change(before.type, after.type)
        fates.append(_fate(before.type, after.type))
    if before.many != after.many:
        change = "retyped"
        fates.append(alike("rejected", "a list became one value" if before.many else "one value became a list"))
    if repr(before.default) != repr(after.default):
        fates.append(alike("coerced", "callers that leave it out get another default"))
    return Entry("param", before.name, before.text, after.text, change, worst(fates))


def _fate(before: Type, after: Type) -> Fate:
    """Return what becomes of a parameter whose type changes."""
    if isinstance(before, Object) and isinstance(after, Object):
        return type_fate(before, after)
    if not isinstance(before, Scalar) or not isinstance(after, Scalar):
        return alike("rejected", f"{after} takes no {before}")
    by_caller, by_json = _in_process(before.name, after.name), _by_json(before.name, after.name)
    if (by_caller, by_json) == ("safe", "safe"):
        return SAFE
    return Fate(by_caller, by_json, by_json, (f"{after} takes {_taken(by_caller, by_json)} {before}",))


def _taken(by_caller: Verdict, by_json: Verdict) -> str:
    """Return how much of a type is taken."""
    if "coerced" in (by_caller, by_json):
        return "not every"
    return "no" if by_json == "rejected" else "no numpy"


def _in_process(before: str, after: str) -> Verdict:
    """Return what becomes of a Python or numpy value."""
    if after in FRACTION and before in WHOLE:
        return "coerced" if before == "long" else "safe"
    return "safe" if (before, after) in (("integer", "long"), ("float", "double")) else "rejected"


def _by_json(before: str, after: str) -> Verdict:
    """Return what becomes of a JSON value, for which MLflow does not look at sizes."""
    if {before, after} <= set(WHOLE) or {before, after} <= set(FRACTION):
        return "safe"
    if (before, after) == ("datetime", "string"):
        return "coerced"
    return _in_process(before, after)
