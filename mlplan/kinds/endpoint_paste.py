"""Endpoint paste: the REST API's nested form of an endpoint, brought to the one that mlplan declares.

The API splits entities (`config.served_entities`) from their traffic (`config.traffic_config.routes`);
here a share stands with its entity, so that moving traffic is a change in one place.
"""

from typing import Any

from mlplan.core.values import Unknown, Values


def flatten(values: Values) -> Values:
    """Return the fields with `config` taken apart and obvious gaps filled; odd shapes pass for the gate to refuse."""
    made = dict(values)
    config = made.get("config")
    routes: object = None
    if isinstance(config, dict) and "served_entities" not in made:
        rest = dict(made.pop("config"))
        for name in ("served_entities", "auto_capture_config"):
            if name in rest:
                made[name] = rest.pop(name)
        traffic = rest.pop("traffic_config", None)
        routes = traffic.get("routes") if isinstance(traffic, dict) else None
        if rest:
            made["config"] = rest
    entities = made.get("served_entities")
    if isinstance(entities, list) and all(isinstance(entity, dict) for entity in entities):
        shares = _shares(routes)
        made["served_entities"] = [_entity(entity, shares, len(entities)) for entity in entities]
    return made


def _shares(routes: object) -> dict[str, object]:
    """Return the share of each entity that a traffic configuration names."""
    if not isinstance(routes, list):
        return {}
    return {
        str(route.get("served_entity_name") or route.get("served_model_name")): route.get("traffic_percentage")
        for route in routes
        if isinstance(route, dict)
    }


def _entity(entity: Values, shares: dict[str, object], count: int) -> Values:
    """Return an entity with its name and share: the model's own name, and all traffic when it is alone.

    A model that only apply can tell gives no name; an empty one was refused already.
    """
    made = dict(entity)
    if not made.get("name"):
        model = made.get("entity_name")
        external = made.get("external_model")
        if not model and not isinstance(model, Unknown) and isinstance(external, dict):
            model = external.get("name")
        if not isinstance(model, Unknown):
            made["name"] = str(model or "").rpartition(".")[2]
        elif not model:
            made["name"] = model
    if "traffic_percentage" not in made:
        name = made.get("name")
        if isinstance(name, str) and name in shares:
            made["traffic_percentage"] = shares[name]
        elif count == 1:
            made["traffic_percentage"] = 100
    return made


def loosen_entity(schema: dict[str, Any]) -> None:
    """Let a JSON Schema take an entity whose name and share are filled in."""
    schema.pop("required", None)


def loosen_endpoint(schema: dict[str, Any]) -> None:
    """Let a JSON Schema take an endpoint in the API's nested form."""
    entities = {"type": "array", "items": {"$ref": "#/$defs/ServedEntity"}}
    schema["properties"]["config"] = {
        "description": "The REST API's nested form of served_entities and their traffic.",
        "type": "object",
        "properties": {"served_entities": entities, "traffic_config": {"type": "object"}},
        "additionalProperties": False,
    }
    schema["required"] = ["name"]
    schema["anyOf"] = [{"required": ["served_entities"]}, {"required": ["config"]}]
