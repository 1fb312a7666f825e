"""Document: a plan as the JSON that is saved, reviewed and bound; a digest covers all of it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mlplan import __version__
from mlplan.app.git import tree_of
from mlplan.app.planning import Planned
from mlplan.core import path
from mlplan.core.change import Change, FieldChange
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.plan import Plan, Step
from mlplan.core.rollout import Move, Rollout
from mlplan.core.source import Source
from mlplan.core.values import Unknown

FORMAT = "1.0"
MOMENT = "%Y-%m-%dT%H:%M:%SZ"
LIFETIME = 24 * 3600.0
"""Seconds for which a saved plan can be applied, unless something else is asked for."""
LONGEST = 7 * 24 * 3600.0
"""Seconds for which one can be applied at most."""


def plan_document(
    planned: Planned, variables: Mapping[str, str], now: float, lifetime: float = LIFETIME
) -> dict[str, Any]:
    """Return the document of a plan; `variables` are those of the command line, which applying it needs again."""
    plan, options = planned.plan, _options(planned, variables)
    document: dict[str, Any] = {
        "format_version": FORMAT,
        "tool": {"name": "mlplan", "version": __version__},
        **content(planned),
        "provider": {
            "name": planned.provider,
            "version": planned.provider_version,
            "where": planned.where,
        },
        "options": options,
        "config": _config(planned, options),
        "state": {"lineage": planned.lineage, "serial": planned.serial},
        "reads": plan.reads(),
        "steps": [step.as_json() for step in plan.steps],
        "policy": [one.as_json() for one in planned.policy],
        "approvals": planned.approvals,
        "snapshot": planned.snapshot,
        "snapshot_time": planned.snapshot_time,
        "diagnostics": [one.as_json() for one in plan.diagnostics],
        "created": moment(now),
        "expires": moment(now + lifetime),
    }
    document["digest"] = digest_of(document)
    return document


def content(planned: Planned) -> dict[str, Any]:
    """Return the parts of the document that the project's rules are asked about; they are put together once."""
    if not planned.told:
        planned.told = _content(planned)
    return planned.told


def _content(planned: Planned) -> dict[str, Any]:
    """Put together what rules and documents see of a plan."""
    plan, seen = planned.plan, planned.declaration
    return {
        "project": seen.project,
        "environment": seen.environment.name,
        "protected": seen.environment.protected,
        "mode": plan.mode,
        "git": _git(planned),
        "changes": [change.as_json() for change in plan.active()],
        "summary": summary(plan),
        "rollouts": [one.as_json() for one in plan.rollouts.values()],
        "evidence": planned.evidence,
        "access": planned.access,
    }


def summary(plan: Plan) -> dict[str, int]:
    """Return the number of changes per action, and of those that this apply does not make."""
    return {
        **plan.counts(),
        "unselected": plan.unselected,
        "blocked": len(plan.blocked),
        "held": len(plan.held),
    }


def digest_of(document: Mapping[str, Any]) -> str:
    """Return the digest of a document without its own `digest`."""
    return _digest({name: value for name, value in document.items() if name != "digest"})


def _digest(value: object) -> str:
    """Return the digest of a JSON value, whatever the order of its names."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def moment(seconds: float) -> str:
    """Return a time as RFC 3339 in UTC, to the second."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime(MOMENT)


def plan_of(document: Mapping[str, Any]) -> Plan:
    """Return the plan that a document tells of, for reading only: it cannot be applied."""
    changes = {found["address"]: _change(found) for found in document["changes"]}
    for place in range(document["summary"]["no-op"]):
        address = f"unchanged.{place}"
        changes[address] = Change(address, "", "", "no-op")
    return Plan(
        changes=changes,
        steps=[Step(one["number"], one["verb"], one["address"], tuple(one["needs"])) for one in document["steps"]],
        diagnostics=[_diagnostic(one) for one in document["diagnostics"]],
        unselected=document["summary"]["unselected"],
        mode=document["mode"],
        rollouts={one["address"]: _rollout(one) for one in document["rollouts"]},
    )


def _options(planned: Planned, variables: Mapping[str, str]) -> dict[str, object]:
    """Return what the command line asked for beyond the configuration."""
    options = planned.options
    return {
        "targets": list(options.targets),
        "excludes": list(options.excludes),
        "adopt": sorted(options.adopt),
        "take_over": sorted(options.take_over),
        "allow_destroy": sorted(options.allow_destroy),
        "abort_rollout": sorted(options.abort),
        "restart_rollout": sorted(options.restart),
        "variables": dict(sorted(variables.items())),
    }


def _config(planned: Planned, options: dict[str, object]) -> dict[str, object]:
    """Return what was planned, as a digest over all that people wrote: files, policy, and command line.

    Rules of installed distributions are part of the policy, so that their versions count as its text does.
    """
    from importlib.metadata import version  # noqa: PLC0415 - only documents need it

    seen = planned.declaration
    plugins = {name: version(name) for name in seen.plugins}
    digest = _digest([seen.digest, planned.plan.mode, options, plugins])
    return {"digest": digest, "files": list(seen.files), "plugins": plugins}


def _git(planned: Planned) -> dict[str, object] | None:
    """Return the commit and whether the tree is clean."""
    tree = tree_of(planned.declaration.root, planned.declaration.files)
    return {"commit": tree.commit, "clean": tree.clean} if tree else None


def _change(found: Mapping[str, Any]) -> Change:
    """Return a change as a document tells it."""
    return Change(
        address=found["address"],
        kind=found["kind"],
        id=found["id"],
        action=found["action"],
        risk=found["risk"],
        reason=found["reason"],
        fields=tuple(_field(one) for one in found["fields"]),
        before_id=found["before_id"] or "",
        moved_from=found["moved_from"] or "",
        create_first=found["create_first"],
        after=tuple(found["after"]),
        blocked=found["blocked"] or "",
        held=found["held"] or "",
    )


def _rollout(found: Mapping[str, Any]) -> Rollout:
    """Return a rollout as a document tells it."""
    moves = tuple(Move(**one) for one in found["entities"])
    steps = tuple((one["percent"], one["duration"]) for one in found["steps"])
    rest = {name: found[name] for name in ("address", "id", "standing", "before", "percent", "due", "why")}
    return Rollout(moves=moves, steps=steps, **rest)


def _field(found: Mapping[str, Any]) -> FieldChange:
    """Return a field's change as a document tells it."""
    awaited = found["known_after_apply"]
    return FieldChange(
        path=path.parse(found["path"]),
        before=found["before"],
        after=found["after"] if awaited is None else Unknown(awaited),
        recorded=found["recorded"],
        cause=found["cause"],
        replaces=found["replaces"],
        note=found["note"],
    )


def _diagnostic(found: Mapping[str, Any]) -> Diagnostic:
    """Return a finding as a document tells it."""
    source = found["source"]
    return Diagnostic(**{**found, "source": Source(**source) if source else None})
