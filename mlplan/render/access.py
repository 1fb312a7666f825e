"""Access: who gains and who loses what, principal by principal."""

from collections.abc import Iterator
from typing import Any

from mlplan.core.change import Change, FieldChange
from mlplan.core.path import item_key
from mlplan.kinds import spec
from mlplan.render.escape import visible
from mlplan.render.row import Row

_PRINCIPALS = {
    "user_name": "",
    "group_name": " (group)",
    "service_principal_name": " (service principal)",
}
Held = dict[str, tuple[list[str], list[str]]]


def rows(change: Change, one: FieldChange, tail: str) -> Iterator[Row]:
    """Yield a row for each principal that gains or loses something by this change of a field."""
    for principal, (before, after) in _held(change.kind, one).items():
        gains = [name for name in after if name not in before]
        losses = [name for name in before if name not in after]
        if gains or losses:
            yield Row(_sign(before, after), _named(principal), _told(change.kind, gains, losses), tail)


def _held(kind: str, one: FieldChange) -> Held:
    """Return what each principal holds before and after."""
    if len(one.path) == 1:
        before, after = _by_principal(kind, one.before), _by_principal(kind, one.after)
        return {name: (before.get(name, []), after.get(name, [])) for name in sorted(before | after)}
    principal = one.path[1].strip("[]")
    if one.path[2:] in ((), ("privileges",), ("level",)):
        return {principal: (_names(one.before), _names(one.after))}
    return {}


def _by_principal(kind: str, value: object) -> dict[str, list[str]]:
    """Return the privileges of each principal in a list of rows."""
    keyed = spec(kind).shape()[spec(kind).rows].keyed
    found = value if isinstance(value, list) else []
    return {item_key(row, keyed): _names(row) for row in found}


def _names(value: Any) -> list[str]:
    """Return the privileges, or the level, in a row or in one of its fields."""
    if isinstance(value, dict):
        value = value.get("privileges", value.get("level"))
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _sign(before: list[str], after: list[str]) -> str:
    """Return the sign of a row: new, gone or changed."""
    if not before:
        return "+"
    return "~" if after else "-"


def _told(kind: str, gains: list[str], losses: list[str]) -> str:
    """Return the sentence's end: what is gained and lost, the loss last because it is read last."""
    if kind == "permissions" and gains and losses:
        return f"{visible(losses[0])} -> {visible(gains[0])}"
    parts = [
        f"{verb} {', '.join(map(visible, names))}" for verb, names in (("gains", gains), ("loses", losses)) if names
    ]
    return "; ".join(parts)


def _named(principal: str) -> str:
    """Return the principal as people call it."""
    field, found, name = principal.partition("=")
    if found and field in _PRINCIPALS:
        return visible(name) + _PRINCIPALS[field]
    return visible(principal)
