"""Endpoint form: between the API's nested endpoint and the flat one that mlplan declares."""

import os
from collections.abc import Mapping
from typing import Any

from mlplan.core.path import Path
from mlplan.core.rule import Shape
from mlplan.core.secret import is_reference, is_variable, looks_secret
from mlplan.core.values import Values
from mlplan.providers.databricks.shaping import merged, pick

OUTPUT = frozenset({"creation_timestamp", "creator", "state", "foundation_model", "traffic_percentage"})
"""Fields of a served entity that the API shows and does not take."""
CONFIG_OUTPUT = frozenset({"config_version", "start_time", "served_entities", "served_models", "traffic_config"})
SENSITIVE = "(sensitive)"
"""Stands for a setting that looks like a secret, and that nobody refers to."""


def entities(config: Values) -> list[Values]:
    """Return the served entities of a configuration, each with its share of the traffic."""
    routes = (config.get("traffic_config") or {}).get("routes") or []
    shares = {one.get("served_entity_name") or one.get("served_model_name"): one.get("traffic_percentage", 0) for one in routes}  # fmt: skip
    found = config.get("served_entities") or [_of_model(one) for one in config.get("served_models") or ()]
    return [{**one, "traffic_percentage": shares.get(one.get("name"), 0)} for one in found]


def flat(raw: Values, config: Values, shape: Shape) -> Values:
    """Return the declared fields of an endpoint that serves, or moves to, a configuration."""
    return pick({**raw, "served_entities": entities(config)}, shape)


def config_body(config: Values, desired: Values, shape: Shape, named: list[Path]) -> Values:
    """Return a whole configuration to send: what is there, with our entities and their traffic as desired.

    An item's fields that we do not know stay, and so do blocks beside the entities.
    """
    rules = shape["served_entities"]
    assert rules.shape is not None
    live = {one["name"]: {k: v for k, v in one.items() if k not in OUTPUT} for one in entities(config) if "name" in one}
    items: list[Values] = []
    for entity in desired["served_entities"]:
        key = f"[{entity['name']}]"
        inside = [path[2:] for path in named if path[:2] == ("served_entities", key)]
        there = live.get(entity["name"], {})
        item = _uncovered(merged(there, entity, rules.shape, inside), there)
        items.append(_sized(item, entity))
    kept = {name: value for name, value in config.items() if name not in CONFIG_OUTPUT}
    return {**kept, **split(items)}


def split(items: list[Values]) -> Values:
    """Return entities and routes apart, as the API wants them."""
    routes = [{"served_entity_name": one["name"], "traffic_percentage": one["traffic_percentage"]} for one in items]
    return {"served_entities": [_entity(one) for one in items], "traffic_config": {"routes": routes}}


def _entity(item: Values) -> Values:
    """Return an entity as the API takes it: `scale_to_zero_enabled` may only be left out of external ones (#4064)."""
    explicit = {"scale_to_zero_enabled": False} if item.get("entity_name") else {}
    return explicit | {name: value for name, value in item.items() if name != "traffic_percentage"}


def _sized(item: Values, desired: Values) -> Values:
    """Return an entity with one way of sizing it: a declared concurrency replaces the server's own size."""
    if "max_provisioned_concurrency" in desired and "workload_size" not in desired:
        return {name: value for name, value in item.items() if name != "workload_size"}
    if "workload_size" in desired:
        return {
            k: v for k, v in item.items() if k not in ("min_provisioned_concurrency", "max_provisioned_concurrency")
        }
    return item


def _uncovered(item: Values, live: Values) -> Values:
    """Return an entity in which settings that we do not show, and leave to others, are what they are there."""
    settings = item.get("environment_vars") or {}
    if SENSITIVE not in settings.values():
        return item
    there = live.get("environment_vars") or {}
    made = {name: there.get(name) if value == SENSITIVE else value for name, value in settings.items()}
    return {**item, "environment_vars": {name: value for name, value in made.items() if value is not None}}


def _of_model(raw: Values) -> Values:
    """Return an entity in its present form from the one that older endpoints show."""
    renamed = {"model_name": "entity_name", "model_version": "entity_version"}
    return {renamed.get(name, name): value for name, value in raw.items()}


def without_secrets(values: Values, known: Values, environ: Mapping[str, str] = os.environ) -> Values:
    """Return fields in which no setting shows a secret; `known` is what is declared, or was last applied.

    A setting that is declared as `{env: NAME}` reads back in the clear. It stands as declared when
    it is what the variable holds, or when this run does not have the variable.
    """
    declared = {one.get("name"): one.get("environment_vars") or {} for one in known.get("served_entities") or ()}
    items = []
    for item in values.get("served_entities") or ():
        settings = item.get("environment_vars")
        if settings:
            wanted = declared.get(item.get("name"), {})
            hidden = {name: _hidden(name, value, wanted.get(name), environ) for name, value in settings.items()}
            item = {**item, "environment_vars": hidden}  # noqa: PLW2901 - the safe form stands for the item
        items.append(item)
    return {**values, "served_entities": items}


def _hidden(name: str, value: Any, declared: object, environ: Mapping[str, str]) -> object:
    """Return one setting as it may be shown and kept."""
    if is_variable(declared):
        assert isinstance(declared, dict)
        return declared if environ.get(declared["env"], value) == value else SENSITIVE
    if isinstance(value, str) and not is_reference(value) and looks_secret(name, value):
        return SENSITIVE
    return value
