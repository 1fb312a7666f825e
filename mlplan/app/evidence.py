"""Evidence: what speaks for and against each move of an alias, put together from platform, project and ledger."""

import shlex
from collections.abc import Iterator
from typing import Any

from mlplan.app.past import Past
from mlplan.core.change import Change
from mlplan.core.declaration import Resource
from mlplan.core.evidence import VersionEvidence
from mlplan.core.plan import Plan
from mlplan.core.values import Unknown, Values

MOVING = ("create", "update", "replace", "restore", "import")
Touched = Values
"""The endpoints and jobs behind an alias."""


def moves(plan: Plan) -> Iterator[Change]:
    """Yield the changes that point an alias at another version, or at its first."""
    for change in plan.active():
        if (
            change.kind == "model_alias"
            and change.action in MOVING
            and any(one.path == ("version",) and not isinstance(one.after, Unknown) for one in change.fields)
        ):
            yield change


def evidence(plan: Plan, resources: dict[str, Resource], past: Past, environment: str) -> Values:
    """Return a dossier for each move of the plan, by `model@alias`."""
    from mlplan.evidence.blast import Blast  # noqa: PLC0415 - most plans move nothing

    moving = list(moves(plan))
    if not moving:
        return {}
    uses = Blast(plan, resources)
    found = {change.id: _dossier(plan, change, uses.of(change.id), past) for change in moving}
    return {name: {**one, "rollback": _back(one, environment)} for name, one in found.items()}


def _back(found: Values, environment: str) -> str:
    """Return the command that undoes a promotion; nothing for a move that is not one."""
    words = ("mlplan", "rollback", found["model"], found["alias"], "-e", environment)
    return shlex.join(words) if found["move"] == "promotion" else ""


def _dossier(plan: Plan, change: Change, touched: Touched, past: Past) -> Values:
    """Return all that is known about one move."""
    desired = change.desired or {}
    model, to = desired["full_name"], int(desired["version"])
    before = int(change.actual.values["version"]) if change.actual else None
    return {
        "address": change.address,
        "model": model,
        "alias": desired["alias"],
        "from": before,
        "to": to,
        "move": past.move(change, to),
        **_compared(plan, model, before, to, touched),
        "endpoints": touched["endpoints"],
        "jobs": touched["jobs"],
        "history": past.history(change.id),
        "held": past.held(model, to),
        "origin": past.origin(plan.versions.get((model, to))),
    }


def _compared(plan: Plan, model: str, before: int | None, to: int, touched: Touched) -> Values:
    """Return both versions side by side, as far as they are known."""
    from mlplan.evidence.dossier import FIRST, dossier  # noqa: PLC0415

    new = plan.versions.get((model, to))
    old = plan.versions.get((model, before)) if before is not None else None
    missing = {
        f"v{number}": _why(plan, model, number) for number in (before, to) if number and not _known(plan, model, number)
    }
    if new is None:
        return {"versions": {}, "unknown": missing}
    baselines = list(_baselines(plan, model, before, touched))
    first = before is None
    made: dict[str, Any] = dossier(old, new, baselines, FIRST if first else missing.get(f"v{before}", FIRST))
    made["signature"] = None if first else _signature(old, new, missing.get(f"v{before}", ""))
    return {**made, "unknown": {**made["unknown"], **missing}}


def _signature(old: VersionEvidence | None, new: VersionEvidence, missing: str) -> Values:
    """Return what becomes of callers; unknown with its reason where a signature could not be read."""
    from mlplan.evidence.signature import compare  # noqa: PLC0415

    both = [one for one in (old, new) if one is not None]
    unread = [f"v{one.version}: {one.unknown['signature']}" for one in both if "signature" in one.unknown]
    reason = missing if old is None else "; ".join(unread)
    if not reason:
        return compare(old.signature if old else None, new.signature)
    return {"verdict": dict.fromkeys(("dataframe", "json"), "unknown"), "columns": [], "reason": reason}


def _baselines(plan: Plan, model: str, before: int | None, touched: Touched) -> Iterator[tuple[str, VersionEvidence]]:
    """Yield what endpoints serve now, where that is not what the alias points at."""
    for endpoint in touched["endpoints"]:
        serves = endpoint.get("from")
        known = plan.versions.get((model, int(serves))) if serves else None
        if known is not None and known.version != before:
            yield f"{endpoint['address']}, entity {endpoint['entity']}", known


def _known(plan: Plan, model: str, number: int) -> bool:
    """Tell whether anything is known of a version."""
    return plan.versions.get((model, number)) is not None


def _why(plan: Plan, model: str, number: int) -> str:
    """Return why nothing is known of a version."""
    if (model, number) in plan.unread:
        return plan.unread[model, number]
    return "there is no such version" if (model, number) in plan.versions else "the provider tells nothing of versions"
