"""Blast: who uses an alias: endpoints behind it, endpoints that serve its model by number, declared jobs.

An endpoint stands once for each of its entities that serves the model:

    address, id, entity             the resource, the endpoint, and the entity's name
    follows                         whether the entity is declared as `@alias` of this alias
    from, to                        versions now and in the end; null when it serves none
    traffic_before, traffic_after   shares in per cent; on a rollout with what is served beside the entity
    scale_to_zero                   whether its callers may meet a cold start
    inference_table                 `catalog.schema.prefix` of what it records, or null
    rollout                         how far it is on its way, or null

Jobs are those that the alias names as `consumers`: `job`, `schedule` and `note`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from mlplan.core.declaration import Resource
from mlplan.core.plan import Plan
from mlplan.core.rollout import Move
from mlplan.core.values import Unknown, Values
from mlplan.kinds import spec

ENDPOINT = "serving_endpoint"
Use = dict[str, Any]


def blast(plan: Plan, resources: Mapping[str, Resource], alias_id: str) -> dict[str, list[Use]]:
    """Return `endpoints` and `jobs` that use an alias, known by its id: `model@alias`."""
    return Blast(plan, resources).of(alias_id)


class Blast:
    """The uses of all models in a plan, found once for many aliases."""

    def __init__(self, plan: Plan, resources: Mapping[str, Resource]) -> None:
        """Look at every endpoint and alias of a plan; `resources` are the declared ones, by address."""
        self._endpoints: dict[str, list[Use]] = {}
        self._jobs: dict[str, list[Use]] = {}
        for address in sorted({one.address for one in plan.changes.values() if one.kind == ENDPOINT} | set(resources)):
            declared = resources.get(address)
            kind = declared.kind if declared else plan.changes[address].kind
            if kind == ENDPOINT:
                for model, use in _uses(plan, address, declared.values if declared else {}):
                    self._endpoints.setdefault(model, []).append(use)
            elif declared and kind == "model_alias":
                change = plan.changes.get(address)
                id_ = change.id if change else spec(kind).identify(declared.values)
                self._jobs[id_] = [_job(one) for one in declared.values.get("consumers") or ()]

    def of(self, alias_id: str) -> dict[str, list[Use]]:
        """Return what uses an alias."""
        model, _, alias = alias_id.partition("@")
        endpoints = [
            {**use, "follows": use["follows"] == alias}
            for use in self._endpoints.get(model, ())
            if use["follows"] in ("", alias)
        ]
        return {"endpoints": endpoints, "jobs": list(self._jobs.get(alias_id, ()))}


def _uses(plan: Plan, address: str, declared: Values) -> Iterator[tuple[str, Use]]:
    """Yield the model of each entity of an endpoint, and how it is served before and after the plan."""
    before, after, id_ = _sides(plan, address, declared)
    rollout = plan.rollouts.get(address)
    moves = {one.entity: one for one in rollout.moves} if rollout else {}
    beside = {one.beside for one in moves.values()}
    wanted = _entities(declared)
    for name in sorted({*before, *after, *wanted} - (beside - wanted.keys())):
        old, new = before.get(name, {}), after.get(name, {})
        move = moves.get(name)
        written = str(wanted.get(name, {}).get("entity_version") or "")
        for model in sorted({str(one["entity_name"]) for one in (old, new) if one.get("entity_name")}):
            was, now = (one if one.get("entity_name") == model else {} for one in (old, new))
            use = {
                "address": address,
                "id": id_,
                "entity": name,
                "follows": written[1:] if written.startswith("@") and now else "",
                "from": _version(was.get("entity_version")),
                "to": _version(move.to_version if move else now.get("entity_version")),
                "traffic_before": _traffic(before, was, move),
                "traffic_after": _traffic(after, now, move),
                "scale_to_zero": bool((now or was).get("scale_to_zero_enabled")),
                "inference_table": _table(plan, address),
                "rollout": rollout.as_json() if rollout else None,
            }
            yield model, use


def _sides(plan: Plan, address: str, declared: Values) -> tuple[dict[str, Values], dict[str, Values], str]:
    """Return an endpoint's entities by name before and after the plan, and its id."""
    change = plan.changes.get(address)
    if change is None:
        id_ = str(declared.get("name"))
        live = plan.objects.get((ENDPOINT, id_))
        found = _entities(live.values) if live else {}
        return found, found, id_
    before = _entities(change.actual.values) if change.actual else {}
    after = before if change.action == "forget" else _entities(change.desired or {})
    return before, after, change.id


def _entities(values: Values) -> dict[str, Values]:
    """Return the served entities by name."""
    return {str(one.get("name")): one for one in values.get("served_entities") or ()}


def _version(value: object) -> int | None:
    """Return a version as a number; None when it is none, or not known yet."""
    text = str(value or "")
    return int(text) if text.isdecimal() and not isinstance(value, Unknown) else None


def _traffic(side: Mapping[str, Values], entity: Values, move: Move | None) -> int | None:
    """Return the share of an entity, with that of the version that is served beside it; None when it is not there."""
    if not entity:
        return None
    parts = [entity, side.get(move.beside, {}) if move else {}]
    return sum(int(one.get("traffic_percentage") or 0) for one in parts)


def _table(plan: Plan, address: str) -> str | None:
    """Return the name that an endpoint's inference table begins with, as it is after the plan."""
    change = plan.changes.get(address)
    live = change.actual if change else None
    values = (change.desired if change else None) or (live.values if live else {})
    found = (values.get("ai_gateway") or {}).get("inference_table_config") or {}
    if not found.get("enabled") or not found.get("catalog_name"):
        return None
    prefix = found.get("table_name_prefix") or values.get("name")
    return f"{found['catalog_name']}.{found.get('schema_name')}.{prefix}"


def _job(consumer: Values) -> Use:
    """Return a declared job."""
    return {name: consumer.get(name) for name in ("job", "schedule", "note")}
