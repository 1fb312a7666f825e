"""Endpoint config: what a client sends as an endpoint's configuration, checked and made ours.

- `served_models` is the old name of `served_entities`; both together are refused.
- `auto_capture_config` is refused: it cannot be enabled since 2026-02-20 (Databricks documentation
  of legacy inference tables).
- One entity alone gets all traffic; several need a `traffic_config`, whose shares add up to 100
  (databricks/cli).
- A custom model needs an explicit `scale_to_zero_enabled` (terraform-provider-databricks #4064).
- An entity without a name gets that of its model and version (SDK; [unverified] for names with dots).
- An endpoint of external models never becomes one of custom models, nor the other way (SDK).
"""

import re
from collections import Counter
from typing import Any

from mlplan.core.values import Values
from mlplan.testing.server.call import Call, typed
from mlplan.testing.server.refusal import Json, invalid, missing, refuse

HIDDEN = "***"
"""Stands where a secret was sent in the clear: it is neither kept nor shown."""
OLD_NAMES = {"model_name": "entity_name", "model_version": "entity_version"}
_NAME = re.compile(r"[A-Za-z0-9_-]{1,63}")
_SIZED = ("max_provisioned_throughput", "min_provisioned_throughput", "provisioned_model_units")


def entities(call: Call, config: Json, serving: list[Values]) -> list[Values]:
    """Return the served entities of a configuration with their traffic; `serving` are those that are there."""
    if "auto_capture_config" in config:
        raise invalid("auto_capture_config is no longer supported; use AI Gateway inference tables instead.")
    given = _given(config)
    if given is None:
        given = [{name: value for name, value in one.items() if name != "traffic_percentage"} for one in serving]
    made = [_entity(call, typed("served_entities[]", one, dict)) for one in given]
    if not made:
        raise invalid("At least one served entity must be specified.")
    _check_together(made, serving)
    shares = _shares(config.get("traffic_config") or {}, [str(one["name"]) for one in made])
    return [{**one, "traffic_percentage": shares.get(str(one["name"]), 0)} for one in made]


def check_name(name: str) -> str:
    """Return a name that an endpoint can have."""
    if not _NAME.fullmatch(name):
        raise invalid(f"Endpoint name '{name}' may have letters, digits, dashes and underscores, 63 at most.")
    return name


def _given(config: Json) -> list[Any] | None:
    """Return the entities of a configuration, under their old name or their new one."""
    if "served_models" in config and "served_entities" in config:
        raise invalid("Only one of served_models and served_entities can be specified.")
    if "served_models" in config:
        old = typed("served_models", config["served_models"], list)
        return [{OLD_NAMES.get(name, name): value for name, value in dict(one).items()} for one in old]
    return typed("served_entities", config["served_entities"], list) if "served_entities" in config else None


def _entity(call: Call, given: Json) -> Values:
    """Return one entity with a name, without secrets."""
    made: Values = hidden(given)
    external = made.get("external_model")
    if bool(made.get("entity_name")) == bool(external):
        raise invalid("Exactly one of external_model and entity_name must be specified.")
    if external:
        made.setdefault("name", re.sub(r"[.:]", "-", str(external.get("name"))))
        return made
    version = str(made.get("entity_version") or refuse("entity_version must be specified."))
    made.setdefault("name", f"{made['entity_name'].rpartition('.')[2]}-{version}")
    made["entity_version"] = version
    if "scale_to_zero_enabled" not in made and not any(name in made for name in _SIZED):
        raise invalid("scaleToZeroEnabled is undefined")
    _check_ready(call, str(made["entity_name"]), version)
    return made


def _check_ready(call: Call, model: str, version: str) -> None:
    """Refuse a version that cannot be served."""
    if model.lower().startswith("system."):
        return
    row = call.door.store.get("model_version", f"{model.lower()}/{version}")
    if row is None:
        raise missing(f"Model version '{version}' of model '{model}' does not exist.")
    if row.values["status"] != "READY":
        raise invalid(f"Model version '{version}' of model '{model}' is {row.values['status']}, not READY.")


def _check_together(made: list[Values], serving: list[Values]) -> None:
    """Refuse entities that cannot stand side by side, or not in place of those that are there."""
    repeated = [name for name, count in Counter(one["name"] for one in made).items() if count > 1]
    if repeated:
        raise invalid(f"Served entity names must be unique: {', '.join(map(str, repeated))}")
    sorts = {"external_model" in one for one in (*made, *serving)}
    if len(sorts) > 1:
        raise invalid("An endpoint cannot change between external models and other entities.")


def _shares(traffic: Json, names: list[str]) -> dict[str, int]:
    """Return the share of each entity."""
    routes = traffic.get("routes")
    if not routes:
        if len(names) > 1:
            raise invalid("traffic_config must be specified when there is more than one served entity.")
        return {names[0]: 100}
    shares = {_target(route): int(route.get("traffic_percentage") or 0) for route in routes}
    unknown = sorted(set(shares) - set(names))
    if unknown:
        raise invalid(f"traffic_config names served entities that do not exist: {', '.join(unknown)}")
    if sum(shares.values()) != 100:  # noqa: PLR2004 - per cent
        raise invalid(f"Traffic percentages must add up to 100, not {sum(shares.values())}.")
    return shares


def _target(route: Json) -> str:
    """Return the entity that a route leads to."""
    return str(route.get("served_entity_name") or route.get("served_model_name") or "")


def hidden(value: Any) -> Any:
    """Return a value without secrets that were sent in the clear (`*_plaintext`)."""
    if isinstance(value, dict):
        return {name: HIDDEN if name.endswith("_plaintext") else hidden(one) for name, one in value.items()}
    return [hidden(one) for one in value] if isinstance(value, list) else value
