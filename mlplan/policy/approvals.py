"""Approvals: who has to agree to a plan, by what it changes, where, and how much is at stake.

A rollout is agreed to when it starts. Its later steps, its end and the alias that waits for it were in that plan, and
turning back is never held up; nobody is asked for them again, as long as they are all that changes.
"""

import re
from collections.abc import Iterable, Mapping

from mlplan.core.policy import Approval
from mlplan.core.values import Values

GOES_ON = ("steps", "ends", "aborts")
"""What a rollout does that began with an earlier plan."""
_SERVED = re.compile(r"served_entities\[(?P<name>[^\]]*)\](?:\.(?P<field>.*))?")
_MOVED = ("entity_version", "traffic_percentage")


def required(approvals: Iterable[Approval], document: Values) -> list[Values]:
    """Return the requirements that a plan meets with, in the order of the policy, each with its addresses.

    A test of a policy may give a part of a plan only; what it leaves out fits no limit.
    """
    environment, found = document["environment"], []
    changes = {one["address"]: one for one in document.get("changes") or () if "address" in one}
    agreed = _agreed_before(changes, {one["address"]: one for one in document.get("rollouts") or ()})
    for one in approvals:
        concerned = (address for address, change in changes.items() if one.concerns(environment, change))
        addresses = sorted(address for address in concerned if address not in agreed)
        if addresses:
            found.append(one.required(addresses))
    return found


def _agreed_before(changes: Mapping[str, Values], rollouts: Mapping[str, Values]) -> set[str]:
    """Return the changes that do nothing but go on with rollouts that began with an earlier plan."""
    agreed = {address for address, one in changes.items() if address in rollouts and _goes_on(one, rollouts[address])}
    for alias in [one for one in changes.values() if one.get("kind") == "model_alias"]:
        version, behind = _version(alias), alias.get("after") or ()
        ends = any(address in agreed and _brings(rollouts[address], version) for address in behind)
        with_it = {address for address in behind if address in changes and _follows(changes[address], version)}
        if ends and all(address in agreed or address in with_it for address in behind):
            agreed |= {alias["address"], *with_it}
    return agreed | {address for address, one in changes.items() if one.get("held") and not _starts(one, rollouts)}


def _starts(held: Values, rollouts: Mapping[str, Values]) -> bool:
    """Tell whether a change that is left for later waits for a rollout that starts now, and so is agreed to with it."""
    behind = [rollouts[one] for one in (held["address"], *(held.get("after") or ())) if one in rollouts]
    return not behind or any(one["standing"] == "starts" for one in behind)


def _goes_on(change: Values, rollout: Values) -> bool:
    """Tell whether an endpoint changes in nothing but what its rollout moves."""
    fields = change.get("fields") or ()
    return rollout["standing"] in GOES_ON and bool(fields) and all(_moves(one, rollout) for one in fields)


def _version(alias: Values) -> str:
    """Return the version that an alias moves to because the configuration says so; empty when there is more to it."""
    match alias.get("action"), alias.get("fields"):
        case "update", [{"path": "version", "cause": "config", "after": int(after)}]:
            return str(after)
    return ""


def _brings(rollout: Values, version: str) -> bool:
    """Tell whether a rollout ends with a version."""
    return rollout["standing"] == "ends" and any(one["to_version"] == version for one in rollout["entities"])


def _follows(change: Values, version: str) -> bool:
    """Tell whether an endpoint that takes no steps changes in nothing but its version, which is the alias's."""
    found = [(_SERVED.fullmatch(one["path"]), one["after"]) for one in change.get("fields") or ()]
    plain = all(path is not None and path["field"] == "entity_version" for path, _ in found)
    return bool(found) and plain and all(str(after) == version for _, after in found)


def _moves(field: Values, rollout: Values) -> bool:
    """Tell whether a field is one that a rollout moves: traffic, the version, and what is served beside while it lasts."""
    found = _SERVED.fullmatch(field["path"])
    if found is None:
        return False
    beside = {one["beside"] for one in rollout["entities"]}
    if field["after"] is None:
        return found["name"] in beside
    return found["name"] in beside | {one["entity"] for one in rollout["entities"]} and found["field"] in _MOVED
