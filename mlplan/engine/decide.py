"""Decide: one resource's change, from what is declared, what was applied and what is there.

declared  in state  live                 action
yes       no        absent               create
yes       no        deleted              restore
yes       no        live                 import, with consent; rows need none
yes       yes       absent               create (it was deleted outside of mlplan)
yes       yes       deleted              restore
yes       yes       live, equal          no-op, or move
yes       yes       live, differs        update, or replace where the platform has no update
no        yes       absent or deleted    forget
no        yes       live                 delete, or forget when that was asked for
"""

from dataclasses import dataclass, field
from itertools import chain

from mlplan.core.change import Action, Change, Object
from mlplan.core.declaration import Lifecycle
from mlplan.core.kind import Spec
from mlplan.core.marker import Marker
from mlplan.core.path import Path, text
from mlplan.core.rule import Risk
from mlplan.core.state import Entry
from mlplan.core.values import Values
from mlplan.engine.diff import Found, comparable, differences, worst
from mlplan.engine.ignore import leave
from mlplan.engine.marking import foreign
from mlplan.engine.rows import blend, withdraw


@dataclass(slots=True)
class Situation:
    """All that bears on one declared resource."""

    address: str
    spec: type[Spec]
    id: str
    desired: Values
    lifecycle: Lifecycle
    owner: str
    """Who we are, as markers say it."""
    needs: tuple[str, ...] = ()
    entry: Entry | None = None
    object: Object | None = None
    current_id: str = ""
    """The id under which it is known now; the same as `id` unless it is being renamed."""
    moved_from: str = ""
    consent: str = ""
    """Why an object that is not in state may be taken over; empty when nobody agreed."""
    replaced_parent: str = ""
    """A container that this plan replaces, so that this resource goes down with it."""
    taken_by_other: bool = False
    """An object that is not ours has the new name already."""
    notes: dict[Path, str] = field(default_factory=dict)
    left: tuple[Path, ...] = ()
    """Fields that others own, beyond `ignore_changes`."""


def decide(it: Situation) -> Change:
    """Return what happens to a declared resource."""
    found = it.object
    if found is None or it.replaced_parent:
        return _make(it)
    if found.status == "deleted":
        return _compared(it, found, "restore", "it was deleted; it comes back with its contents")
    if it.consent:
        return _compared(it, found, "import", it.consent)
    if it.entry is not None:
        return _compared(it, found, "move" if it.moved_from else "no-op", _place(it))
    if it.spec.rows:
        return _compared(it, found, "import" if found.values.get(it.spec.rows) else "create", "")
    change = _compared(it, found, "import", "it exists and is not in state")
    change.blocked = _not_ours(it, found)
    return change


def _not_ours(it: Situation, found: Object) -> str:
    """Return why an object that is not in state is left alone, and what lifts that."""
    other = foreign(found, it.owner)
    if other is not None:
        return f"it belongs to {other}"
    if found.marker is not None:
        return f"it carries this project's marker; adopt it with --adopt {it.address}"
    return f"adopt it with --adopt {it.address} or an `import:` entry, or choose another name"


def _place(it: Situation) -> str:
    """Return what to say of a resource whose address or name moved."""
    if it.moved_from:
        return f"moved from {it.moved_from}"
    return f"follows the rename of {it.current_id}" if it.current_id != it.id else ""


def _make(it: Situation) -> Change:
    """Return the create, or the replace, of a resource that is not there or goes with its container."""
    fields = [_noted(it, one) for one in differences(it.desired, {}, None, it.spec.shape())]
    change = _change(it, "create", fields)
    change.risk = it.spec.update_risk
    if it.object is None and it.entry is not None:
        change.reason = "it was deleted outside of mlplan"
    if it.object is not None and it.object.status != "deleted":
        change.action, change.actual = "replace", it.object
        change.recorded = it.entry.values if it.entry else None
        change.reason = f"goes down with {it.replaced_parent}, which is replaced"
        change.risk = _replace_risk(it.spec)
    return change


def _compared(it: Situation, found: Object, action: Action, reason: str) -> Change:
    """Return the change of a resource whose object is there."""
    recorded = it.entry.values if it.entry else None
    desired = _wanted(it, found, recorded or {})
    record = _record(it, found.values if recorded is None else recorded)
    if found.values == desired == recorded:
        change = _change(it, action, [], reason)
        change.desired, change.record, change.actual, change.recorded = desired, record, found, recorded
        return change
    base = comparable(found.values, desired, recorded or {}, it.spec.shape())
    fields = [] if base == desired else differences(desired, base, recorded, it.spec.shape())
    if fields and recorded and _additive(it):
        fields = _blamed(it, fields, desired, base, recorded)
    change = _change(it, action, [_noted(it, one) for one in fields], reason)
    change.desired, change.record, change.actual, change.recorded = desired, record, found, recorded
    if fields:
        _classify(it, change, fields)
    return change


def _wanted(it: Situation, found: Object, recorded: Values) -> Values:
    """Return the desired fields with what is left to others as it is there."""
    desired = it.desired
    if _additive(it):
        desired = blend(it.spec, desired, found.values, recorded)
    paths = (*it.lifecycle.ignore_changes, *it.left)
    return leave(desired, found.values, paths, it.spec.shape()) if paths else desired


def _record(it: Situation, before: Values) -> Values:
    """Return what state shall hold: what is left to others was not applied now, and stands as it was before."""
    paths = (*it.lifecycle.ignore_changes, *it.left)
    return leave(it.desired, before, paths, it.spec.shape()) if paths else it.desired


def _additive(it: Situation) -> bool:
    """Tell whether the rows are added to those of others."""
    return bool(it.spec.rows) and it.desired.get("mode") == "additive"


def _blamed(it: Situation, fields: list[Found], desired: Values, base: Values, recorded: Values) -> list[Found]:
    """Return differences of an additive block with the cause that they have once the rows of others are counted in."""
    before = blend(it.spec, recorded, base, recorded)
    causes = {one.field.path: one.field.cause for one in differences(desired, base, before, it.spec.shape())}
    return [one._replace(field=one.field._replace(cause=causes[one.field.path])) for one in fields]


def _classify(it: Situation, change: Change, fields: list[Found]) -> None:
    """Settle action, risk and reason of a change that has differing fields."""
    change.risk = worst(chain((it.spec.update_risk,), (one.risk for one in fields if not one.engine)))
    if all(one.engine for one in fields):
        change.risk = "safe"
    fixed = next((one for one in fields if one.fixed), None)
    if fixed is not None:
        change.blocked = f"{text(fixed.field.path)} cannot be changed: {fixed.fixed}"
    replacing = next((one for one in fields if one.field.replaces), None)
    if replacing is not None:
        _replace(it, change, text(replacing.field.path))
    elif change.action in ("no-op", "move") or (it.spec.rows and change.action == "import"):
        change.action = "update"
    if it.taken_by_other and not it.spec.rows and not change.blocked:
        change.blocked = f"{it.id} exists already; choose another name, or apply first what frees this one"


def _replace(it: Situation, change: Change, name: str) -> None:
    """Make the change a replace, in the order that names allow."""
    if change.action in ("import", "restore"):
        change.blocked = f"{name} of the object that is there differs and cannot be changed in place"
        return
    change.action, change.risk = "replace", worst((change.risk, _replace_risk(it.spec)))
    change.reason = f"{name} cannot be changed in place"
    change.create_first = it.lifecycle.create_before_destroy and change.current_id != it.id
    if it.lifecycle.create_before_destroy and not change.create_first:
        change.blocked = (
            "create_before_destroy needs a second name: two objects cannot both be called "
            f"{it.id}; change its name too, or drop create_before_destroy"
        )
    if it.spec.soft_delete and change.current_id == it.id:
        change.blocked = f"{name} cannot be changed: a deleted {it.spec.kind} keeps its name; give it another one too"


def _replace_risk(spec: type[Spec]) -> Risk:
    """Return what replacing an object puts at stake."""
    if spec.rows:
        return "access"
    return "data_loss" if spec.delete_risk == "data_loss" else "outage"


def _change(it: Situation, action: Action, fields: list[Found], reason: str = "") -> Change:
    """Return a change with all that does not depend on the comparison."""
    protect = it.lifecycle.prevent_destroy
    return Change(
        address=it.address,
        kind=it.spec.kind,
        id=it.id,
        action=action,
        reason=reason,
        fields=tuple(one.field for one in fields),
        desired=it.desired,
        record=it.desired,
        needs=it.needs,
        before_id=it.current_id if it.current_id != it.id else "",
        moved_from=it.moved_from,
        marker=Marker(it.owner, it.address) if it.spec.carrier else None,
        protect=protect if protect is not None else bool(it.entry and it.entry.protect),
    )


def _noted(it: Situation, one: Found) -> Found:
    """Return a difference with what is to be said beside it."""
    if not it.notes:
        return one
    path = one.field.path
    note = next((it.notes[path[:end]] for end in range(len(path) + 1) if path[:end] in it.notes), "")
    return one._replace(field=one.field._replace(note=note)) if note else one


def decide_removal(
    address: str, spec: type[Spec], entry: Entry, found: Object | None, *, forget: bool, why: str = "no longer declared"
) -> Change:
    """Return what happens to a resource that is in state and no longer declared."""
    change = Change(
        address=address,
        kind=spec.kind,
        id=entry.id,
        action="forget",
        reason="it stays as it is, and mlplan lets go of it",
        actual=found,
        recorded=entry.values,
        needs=entry.needs,
        protect=entry.protect,
    )
    if found is None or found.status == "deleted":
        change.reason = "it is gone already"
        return change
    if entry.values.get("managed_by") == "observe":
        change.reason = "it was only observed"
        return change
    if forget:
        change.release = found.marker is not None
        return change
    after = withdraw(spec, found.values, entry.values) if spec.rows else {}
    gone = differences(after, found.values, entry.values, spec.shape())
    if spec.rows and not gone:
        change.reason = "none of its rows is there any more"
        return change
    change.action, change.risk, change.reason = "delete", spec.delete_risk, why
    change.desired = after if spec.rows else None
    change.fields = tuple(one.field._replace(cause="config") for one in gone)
    return change
