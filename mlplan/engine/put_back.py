"""Put back: when an endpoint of a unit fails, those of it that had moved already return to what they served.

The alias has not moved, so that without this half of its endpoints would be ahead of it until someone
finds out why the others failed.
"""

from collections.abc import Mapping

from mlplan.core.change import Change, Object
from mlplan.core.path import item_key
from mlplan.core.plan import Plan, Step
from mlplan.core.state import Entry, Outcome
from mlplan.core.values import Values
from mlplan.engine.diff import differences
from mlplan.engine.rollout import ENTITIES
from mlplan.kinds import spec


def put_back(
    plan: Plan, outcomes: Mapping[int, Outcome], made: Mapping[str, Object], before: Mapping[str, Entry]
) -> Plan:
    """Return what is to be undone: its changes, and steps that are numbered on from those of the plan.

    `made` holds the objects as the run left them, and `before` what state held when it began.
    """
    undo = Plan(changes={})
    for unit in plan.units:
        endpoints = [plan.changes[address] for address in unit.endpoints if address in plan.changes]
        if not any(_failed(plan, one.address, outcomes) for one in endpoints):
            continue
        for change in endpoints:
            if _moved(plan, change, outcomes) and change.address in made and change.address in before:
                undo.changes[change.address] = _back(change, made[change.address], before[change.address])
    last = len(plan.steps)
    for number, address in enumerate(undo.changes):
        first = last + 2 * number + 1
        undo.steps += [Step(first, "revert", address), Step(first + 1, "wait", address, (first,))]
    return undo


def _failed(plan: Plan, address: str, outcomes: Mapping[int, Outcome]) -> bool:
    """Tell whether a step of an endpoint certainly failed; one whose end nobody knows may yet succeed."""
    found = [outcomes[step.number] for step in plan.steps if step.address == address and step.number in outcomes]
    return any(one.status == "failed" or (one.status == "done" and one.error) for one in found)


def _moved(plan: Plan, change: Change, outcomes: Mapping[int, Outcome]) -> bool:
    """Tell whether an endpoint serves another version now, or another share of it, than when the run began."""
    if change.action != "update" or change.actual is None:
        return False
    tells = ("entity_version", "traffic_percentage")
    versions = any(one.path[0] == ENTITIES and one.path[-1] in tells for one in change.fields)
    steps = [step.number for step in plan.steps if step.address == change.address]
    done = [one for number in steps if (one := outcomes.get(number)) and one.status == "done" and not one.error]
    return versions and len(done) == len(steps)


def _back(change: Change, made: Object, before: Entry) -> Change:
    """Return the change that undoes what an endpoint serves, and leaves its other fields as they are now."""
    assert change.actual is not None
    desired = {**made.values, ENTITIES: _served(change.actual.values, before.values)}
    record = {**(change.record or {}), ENTITIES: before.values.get(ENTITIES, [])}
    found = differences(desired, made.values, None, spec(change.kind).shape())
    return Change(
        address=change.address,
        kind=change.kind,
        id=change.id,
        action="update",
        risk=change.risk,
        reason="an endpoint that moves together with it failed",
        fields=tuple(one.field for one in found),
        desired=desired,
        record=record,
        actual=made,
        recorded=before.values,
        needs=change.needs,
        protect=change.protect,
        rollout=before.rollout,
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
