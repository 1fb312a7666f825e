"""Put back: when part of a unit fails, the endpoints of it that had moved already return to what they served.

No alias of it has moved, so that without this half of its endpoints would be ahead of it until someone
finds out why the others failed. What was created or replaced in the same run has nothing to return to.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from mlplan.core.change import Change, Object
from mlplan.core.path import item_key
from mlplan.core.plan import Plan, Step
from mlplan.core.state import Entry, Outcome
from mlplan.core.values import Values
from mlplan.engine.diff import differences
from mlplan.engine.rollout import ENTITIES
from mlplan.kinds import spec


class Applied(Protocol):
    """What a run did, by step number."""

    outcomes: dict[int, Outcome]
    skipped: dict[int, str]


def put_back(
    plan: Plan, applied: Applied, made: Mapping[str, Object], before: Mapping[str, Entry], now: Mapping[str, Entry]
) -> Plan:
    """Return what is to be undone: its changes, and steps that are numbered on from those of the plan.

    `made` holds the objects as the run left them, `before` what state held when it began, and `now` what it holds.
    """
    undo = Plan(changes={})
    by_address = _by_address(plan)
    aliases = {change.id: change for change in plan.changes.values() if change.kind == "model_alias"}
    for unit in plan.units:
        endpoints = [plan.changes[address] for address in unit.endpoints if address in plan.changes]
        moving = [aliases[one] for one in unit.aliases if one in aliases]
        outcomes = [_outcome(by_address.get(one.address, ()), applied) for one in (*endpoints, *moving)]
        if "failed" not in outcomes or "done" in outcomes[len(endpoints) :]:
            continue
        for change, outcome in zip(endpoints, outcomes, strict=False):
            if outcome == "done" and _moved(change) and change.address in made and change.address in now:
                entry = before.get(change.address)
                undo.changes[change.address] = _back(change, made[change.address], entry, now[change.address])
    last = len(plan.steps)
    for number, address in enumerate(undo.changes):
        first = last + 2 * number + 1
        undo.steps += [Step(first, "revert", address), Step(first + 1, "wait", address, (first,))]
    return undo


def _by_address(plan: Plan) -> dict[str, list[int]]:
    """Return the numbers of the steps of each resource."""
    found: dict[str, list[int]] = {}
    for step in plan.steps:
        found.setdefault(step.address, []).append(step.number)
    return found


def _outcome(steps: Sequence[int], applied: Applied) -> str:
    """Return what became of one resource: `failed` for certain, `done`, or nothing that can be relied on."""
    outcomes = [applied.outcomes[number] for number in steps if number in applied.outcomes]
    if any(one.status == "failed" or (one.status == "done" and one.error) for one in outcomes):
        return "failed"
    if any(number in applied.skipped for number in steps):
        return "unknown" if any(one.status == "unknown" for one in outcomes) else "failed"
    return "done" if steps and all(one.status == "done" for one in outcomes) else ""


def _moved(change: Change) -> bool:
    """Tell whether an endpoint serves another version, or another share of it, than when the run began."""
    tells = ("entity_version", "traffic_percentage")
    served = any(one.path[0] == ENTITIES and one.path[-1] in tells for one in change.fields)
    return served and change.action in ("update", "import") and change.actual is not None


def _back(change: Change, made: Object, before: Entry | None, now: Entry) -> Change:
    """Return the change that undoes what an endpoint serves, and leaves its other fields as they are now."""
    assert change.actual is not None
    served = _served(change.actual.values, before.values if before else {})
    desired = {**made.values, ENTITIES: served}
    record = {**now.values, ENTITIES: before.values.get(ENTITIES, served) if before else served}
    found = differences(desired, made.values, None, spec(change.kind).shape())
    return Change(
        address=change.address,
        kind=change.kind,
        id=change.id,
        action="update",
        risk=change.risk,
        reason="what moves together with it failed",
        fields=tuple(one.field for one in found),
        desired=desired,
        record=record,
        actual=made,
        recorded=record,
        needs=change.needs,
        protect=change.protect,
        rollout=before.rollout if before else {},
    )


def _served(actual: Values, recorded: Values) -> list[Values]:
    """Return what was served: as it was applied, where that is what was there, since some fields never read back."""
    applied = {item_key(one, ("name",)): one for one in recorded.get(ENTITIES) or ()}
    served = []
    for entity in actual.get(ENTITIES) or ():
        last = applied.get(item_key(entity, ("name",)), {})
        same = all(last.get(name) == entity.get(name) for name in ("entity_version", "traffic_percentage"))
        served.append(last if last and same else entity)
    return served
