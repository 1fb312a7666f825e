"""Promotion: the aliases and endpoints that move together, in which order, and whether they agree.

A unit is what hangs together: aliases, the endpoints that follow them, the other aliases that those
follow, and so on. No alias of a unit moves before every endpoint of it serves what it will point at.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from mlplan.core.change import Change, Object
from mlplan.core.declaration import Resource
from mlplan.core.diagnostic import Diagnostic
from mlplan.core.path import item_key
from mlplan.core.plan import Unit
from mlplan.core.values import Values
from mlplan.engine import follow
from mlplan.engine.rollout import ENTITIES
from mlplan.kinds import spec


def units(declared: Mapping[str, Resource]) -> list[Unit]:
    """Return what moves together: the ids of aliases and the addresses of endpoints that follow them."""
    owner: dict[str, str] = {}

    def root(node: str) -> str:
        while owner.setdefault(node, node) != node:
            owner[node] = owner[owner[node]]
            node = owner[node]
        return node

    followed: dict[str, list[str]] = {}
    for address, resource in declared.items():
        if follow.can_follow(resource.kind):
            followed[address] = list(follow.alias_ids(resource.values, spec(resource.kind).shape()))
            for alias in followed[address]:
                owner[root(alias)] = root(address)
    members: dict[str, tuple[list[str], set[str]]] = {}
    for address, aliases in followed.items():
        if aliases:
            endpoints, ids = members.setdefault(root(address), ([], set()))
            endpoints.append(address)
            ids.update(aliases)
    return [Unit(tuple(sorted(ids)), tuple(sorted(endpoints))) for endpoints, ids in members.values()]


def link(unit: Unit, aliases: Sequence[Change], changes: Mapping[str, Change]) -> None:
    """Let the first alias of a unit that is not left for later wait for all endpoints, and the others for that one.

    So each waits for all, with as many edges as there are members.
    """
    endpoints = tuple(address for address in unit.endpoints if address in changes)
    leader = next((one for one in aliases if one.action != "no-op" and not one.held), None)
    for alias in aliases:
        alias.after = endpoints if leader is None or alias is leader else (leader.address,)


def skew(change: Change, declared: Values, alias_of: Callable[[str], Object | None]) -> Iterator[Diagnostic]:
    """Yield a warning for each entity that serves another version than the alias that it follows has now."""
    if change.actual is None:
        return
    there = {item_key(one, ("name",)): one for one in change.actual.values.get(ENTITIES) or ()}
    for entity in declared.get(ENTITIES) or ():
        version = str(entity.get("entity_version") or "")
        if not version.startswith("@"):
            continue
        alias = alias_of(follow.alias_id(entity.get("entity_name"), version))
        serves = there.get(item_key(entity, ("name",)), {}).get("entity_version")
        if alias is not None and serves is not None and str(alias.values["version"]) != str(serves):
            summary = (
                f"skew: {change.id} serves v{serves} as {entity['name']}, and {alias.id} is v{alias.values['version']}"
            )
            hint = "an apply brings them together; a promotion that was stopped half-way looks like this, too"
            yield Diagnostic("MLE431", summary, "warning", address=change.address, hint=hint)
