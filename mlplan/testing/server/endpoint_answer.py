"""Endpoint answer: an endpoint as `get` shows it in full and the list in part.

- While an update is under way the old configuration is in `config` and the new one in
  `pending_config`; a new endpoint has no `config` yet (SDK, `EndpointPendingConfig`).
- After a failure `state.config_update` is UPDATE_FAILED until the next update; `state.ready` tells
  whether an older configuration goes on serving. [unverified] that the failed one stays pending.
- The list is neither paged nor complete: of the configuration only names and versions (SDK,
  `EndpointCoreConfigSummary`).
- `burst_scaling_enabled` and secrets in the clear are never shown (databricks/cli).
"""

from mlplan.core.values import Values
from mlplan.providers.local.facts import facts, readable
from mlplan.providers.local.store import Row
from mlplan.testing.server.call import Call
from mlplan.testing.server.door import moment
from mlplan.testing.server.refusal import Json

SUMMARY = ("name", "entity_name", "entity_version", "external_model")
NOT_LISTED = ("email_notifications", "route_optimized")
OLD_NAMES = {"entity_name": "model_name", "entity_version": "model_version"}
READY, CREATING, FAILED = "DEPLOYMENT_READY", "DEPLOYMENT_CREATING", "DEPLOYMENT_FAILED"


def detailed(call: Call, row: Row) -> Json:
    """Return an endpoint in full."""
    shown = _common(call, row)
    serving, pending = configurations(row)
    number = int(row.system.get("config_version", 1))
    if serving:
        config = _config(call, row, serving, READY)
        shown["config"] = {**config, "config_version": number - 1 if pending else number}
    if pending:
        stage = FAILED if row.status == "failed" else CREATING
        config = _config(call, row, pending, stage)
        shown["pending_config"] = {**config, "config_version": number, "start_time": moment(row)}
    if row.values.get("route_optimized"):
        shown["endpoint_url"] = f"{call.url}/serving-endpoints/{row.id}/invocations"
    return shown | {"permission_level": "CAN_MANAGE"}


def summary(call: Call, row: Row) -> Json:
    """Return an endpoint as the list shows it."""
    serving, _ = configurations(row)
    short = [{name: one[name] for name in SUMMARY if name in one} for one in serving]
    shown = {name: value for name, value in _common(call, row).items() if name not in NOT_LISTED}
    return shown | ({"config": {"served_entities": short, "served_models": _old(short)}} if short else {})


def configurations(row: Row) -> tuple[list[Values], list[Values]]:
    """Return the entities that serve, and those that are on their way or have failed."""
    there: list[Values] = row.values.get("served_entities") or []
    update = row.system.get("update")
    if update is not None:
        return _seen(update["serving"] or []), _seen(there)
    pending = row.system.get("pending") if row.status == "failed" else None
    return _seen(there), _seen(pending or [])


def _seen(entities: list[Values]) -> list[Values]:
    """Return entities without what is never shown."""
    shape = facts("serving_endpoint").shape
    found = readable({"served_entities": entities}, shape)["served_entities"]
    return [{name: value for name, value in one.items() if name != "burst_scaling_enabled"} for one in found]


def _common(call: Call, row: Row) -> Json:
    """Return what the list and a single read have in common."""
    values = {name: value for name, value in row.values.items() if name != "served_entities"}
    serving, _ = configurations(row)
    updates = {"updating": "IN_PROGRESS", "failed": "UPDATE_FAILED"}
    state = {"ready": "READY" if serving else "NOT_READY", "config_update": updates.get(row.status, "NOT_UPDATING")}
    made = moment(row)
    shown: Json = {"description": "", "route_optimized": False, **values, "id": row.outputs["endpoint_id"]}
    shown |= {"creator": row.system.get("creator", call.door.owner), "creation_timestamp": made, "state": state}
    if "telemetry" in row.system:
        shown["telemetry_config"] = row.system["telemetry"]
    return shown | {"last_updated_timestamp": made}


def _config(call: Call, row: Row, entities: list[Values], stage: str) -> Json:
    """Return a configuration: entities, the same as models, and routes."""
    creator = row.system.get("creator", call.door.owner)
    state = {"deployment": stage, "deployment_state_message": _message(row, stage)}
    extra = {"state": state, "creator": creator, "creation_timestamp": moment(row)}
    plain = [{name: value for name, value in one.items() if name != "traffic_percentage"} | extra for one in entities]
    routes = [
        {
            "served_model_name": one["name"],
            "served_entity_name": one["name"],
            "traffic_percentage": one["traffic_percentage"],
        }
        for one in entities
    ]
    models = [one for one in plain if "entity_name" in one]
    shown = {"served_entities": plain, "traffic_config": {"routes": routes}}
    return shown | ({"served_models": _old(models)} if models else {})


def _message(row: Row, stage: str) -> str:
    """Return what is said of an entity's state."""
    if stage == FAILED:
        return str(row.system.get("failed", "")).partition("\n")[0]
    return "Creating resources for served entity." if stage == CREATING else ""


def _old(entities: list[Json]) -> list[Json]:
    """Return entities under the names that models had."""
    return [{OLD_NAMES.get(name, name): value for name, value in one.items()} for one in entities]
