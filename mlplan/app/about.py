"""About: what the ledger keeps of a run beside its steps: the commit, the plan, and what is known of versions."""

from collections.abc import Mapping
from typing import Any

from mlplan.app.document import content, digest_of, plan_document
from mlplan.app.planning import Planned
from mlplan.app.session import Session
from mlplan.core.backend import About
from mlplan.core.change import Change
from mlplan.core.ledger import ALIAS
from mlplan.core.plan import Plan
from mlplan.core.values import Values


def about(planned: Planned, session: Session, digest: str = "", record: Mapping[str, Any] | None = None) -> About:
    """Return what to keep of an apply; `digest` is that of the saved plan, if it was saved, `record` tells who agreed."""
    plan = planned.plan
    if not plan.steps:
        return About()
    digest = digest or digest_of(plan_document(planned, session.request.variables, session.effects.clock.now()))
    aliases = [change for change in plan.active() if change.kind == ALIAS]
    before = {one.address: {"version": one.actual.values["version"]} for one in aliases if one.actual is not None}
    after = {one.address: told for one in aliases if (told := _version(plan, one))}
    return About(_commit(planned), digest, before, after, _approved(record))


def _approved(record: Mapping[str, Any] | None) -> str:
    """Return who agreed, and where; nothing when nobody was asked."""
    people = {one["user"]: None for each in record["approvals"] for one in each["given"]} if record else {}
    return f"{', '.join(people)} ({record['repository']}#{record['pull_request']})" if record and people else ""


def _commit(planned: Planned) -> str:
    """Return the commit of the project's files, marked when they are not as it has them; empty outside of git."""
    tree = content(planned)["git"]
    if tree is None:
        return ""
    commit: str = tree["commit"]
    return commit if tree["clean"] else f"{commit}-dirty"


def _version(plan: Plan, change: Change) -> Values:
    """Return what is known of the version that an alias moves to: what finds it in another environment."""
    if change.desired is None:
        return {}
    found = plan.versions.get((change.desired["full_name"], change.desired["version"]))
    if found is None:
        return {}
    told = {"version": found.version, "run_id": found.run_id, "digest": found.digest}
    return {name: value for name, value in told.items() if value}
