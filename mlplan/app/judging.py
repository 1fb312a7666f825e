"""Judging: a plan held against the project's policy; what the rules see of it is put together here."""

from typing import TYPE_CHECKING, Any

from mlplan.app.session import Session
from mlplan.core.change import Change
from mlplan.core.declaration import Declaration, Resource
from mlplan.core.policy import Result
from mlplan.core.values import Unknown, Values, has_unknown, map_unknown
from mlplan.policy.approvals import required

if TYPE_CHECKING:
    from mlplan.app.planning import Planned


def judged(planned: "Planned", session: Session) -> tuple[list[Result], list[Values]]:
    """Return what the project's rules say of a plan, and who has to agree to it."""
    from mlplan.app.policy import rules_of  # noqa: PLC0415 - a plan without changes is not judged

    rules, seen = rules_of(session.declaration), seen_by_rules(planned)
    return rules.judge(seen, session.effects.clock.now()), required(rules.policy.approvals, seen)


def seen_by_rules(planned: "Planned") -> Values:
    """Return the plan document with what rules see beside it: all declared resources, and other environments."""
    from mlplan.app.document import content  # noqa: PLC0415 - it imports what a plan is made of

    changes, declared, told = planned.plan.changes, planned.declaration, content(planned)
    resources = {address: _resource(one, changes.get(address)) for address, one in declared.resources.items()}
    around = _environments(declared)
    protected = told["protected"] or around.get(told["environment"], {}).get("protected", False)
    return {**told, "protected": protected, "resources": resources, "environments": around}


def _environments(declared: Declaration) -> dict[str, Values]:
    """Return each environment of the project; what the project whose policy counts protects is protected, too.

    Rules may hold for protected environments alone: a change that lifts the protection would otherwise be judged by none.
    """
    from mlplan.config.borders import borders  # noqa: PLC0415 - only what is judged needs it

    around: dict[str, Values] = {}
    for root in (declared.root, declared.policy_root):
        for name, one in borders(root).items() if root else ():
            known = around.setdefault(name, {"protected": False, "catalogs": []})
            known["protected"] |= one.protected
            known["catalogs"] = sorted({*known["catalogs"], *one.catalogs})
    return around


def _resource(resource: Resource, change: Change | None) -> Values:
    """Return one declared resource; a field that only the plan could resolve is as the plan has it."""
    values: Any = resource.values
    if has_unknown(values):
        desired = (change.desired if change else None) or {}
        values = {name: _resolved(value, desired.get(name, value)) for name, value in values.items()}
        values = map_unknown(values, _plain)
    return {
        "kind": resource.kind,
        "id": str(change.id) if change else "",
        "action": change.action if change else "no-op",
        "values": values,
        "before": change.actual.values if change and change.actual else None,
        "needs": list(resource.needs),
    }


def _resolved(declared: Any, planned: Any) -> Any:
    """Return a declared value with what only the plan could resolve; an alias that is followed stays an alias."""
    if isinstance(declared, dict) and isinstance(planned, dict):
        return {name: _resolved(value, planned.get(name, value)) for name, value in declared.items()}
    if isinstance(declared, list) and isinstance(planned, list) and len(declared) == len(planned):
        return [_resolved(one, other) for one, other in zip(declared, planned, strict=True)]
    return planned if has_unknown(declared) else declared


def _plain(value: Unknown) -> str:
    """Return what only apply can tell as the text that it is declared with."""
    return str(value)
