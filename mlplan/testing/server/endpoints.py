"""Endpoints: /api/2.0/serving-endpoints: five calls that change five parts, and no transaction.

A configuration takes effect later (see `pace`); meanwhile another one is refused (SDK, words on
`EndpointState`). Tags, gateway and notifications may change at any time. Telemetry is refused with
409 while an update is under way and with 400 on external models (databricks/cli). There is no call
for `description` and `budget_policy_id`.
"""

import hashlib

from mlplan.core.errors import Conflict
from mlplan.core.values import Values
from mlplan.providers.local.store import Row
from mlplan.testing.server.call import Call, typed
from mlplan.testing.server.endpoint_answer import configurations, detailed, summary
from mlplan.testing.server.endpoint_config import check_name, entities, hidden
from mlplan.testing.server.refusal import Json, Refusal, invalid, missing
from mlplan.testing.server.route import Route, read, write

ROOT = "/api/2.0/serving-endpoints"
CREATE = {
    "budget_policy_id": str,
    "description": str,
    "email_notifications": dict,
    "route_optimized": bool,
    "tags": list,
}
GONE = "The given endpoint does not exist, please retry after checking the specified endpoint name."


def routes() -> tuple[Route, ...]:
    """Return the operations on endpoints."""
    one = f"{ROOT}/{{name}}"
    return (
        write("POST", ROOT, create),
        read(ROOT, every),
        read(one, get),
        write("DELETE", one, delete),
        write("PUT", f"{one}/config", put_config),
        write("PUT", f"{one}/ai-gateway", put_gateway),
        write("PATCH", f"{one}/tags", patch_tags),
        write("PATCH", f"{one}/notifications", patch_notifications),
        write("PATCH", f"{one}/telemetry-config", patch_telemetry),
        read(f"{one}/served-models/{{model}}/build-logs", build_logs),
        read(f"{one}/served-models/{{model}}/logs", logs),
    )


def create(call: Call) -> Json:
    """Make an endpoint, whose first configuration is on its way."""
    name = check_name(call.need("name"))
    values: Values = {"name": name, **call.pick(CREATE)}
    values["served_entities"] = entities(call, call.pick({"config": dict}).get("config", {}), [])
    if call.json.get("ai_gateway"):
        values["ai_gateway"] = _gateway(call.pick({"ai_gateway": dict})["ai_gateway"])
    try:
        row = call.door.create("serving_endpoint", values, creator=call.door.user, config_version=1)
    except Conflict as error:
        message = f"Serving endpoint with name {name} already exists"
        raise Refusal(409, "RESOURCE_ALREADY_EXISTS", message) from error
    call.door.pace.begin(row.uid)
    if call.json.get("telemetry_config") and not _unsupported(row):
        row = call.door.note("serving_endpoint", row.id, telemetry=_telemetry(call, row))
    return detailed(call, row)


def every(call: Call) -> Json:
    """List all endpoints in one page."""
    rows = [call.door.pace.look(call.door.store, row) for row in call.door.rows("serving_endpoint")]
    return {"endpoints": [summary(call, row) for row in rows]} if rows else {}


def get(call: Call) -> Json:
    """Return an endpoint; reading it is how clients wait for it."""
    return detailed(call, call.door.pace.read(call.door.store, _find(call)))


def delete(call: Call) -> Json:
    """Delete an endpoint, whatever it is doing."""
    call.door.platform.delete("serving_endpoint", _find(call).id, {})
    return {}


def put_config(call: Call) -> Json:
    """Give an endpoint a new configuration, as a whole."""
    with call.door.exclusive:
        row = _need(call)
        if row.status == "updating":
            raise _busy(call, row, "config")
        made = entities(call, call.json, row.values.get("served_entities") or [])
        number = int(row.system.get("config_version", 1)) + 1
        call.door.amend("serving_endpoint", row.id, {"served_entities": made})
        call.door.pace.begin(row.uid)
        row = call.door.note("serving_endpoint", row.id, config_version=number, pending=None)
    return detailed(call, row)


def put_gateway(call: Call) -> Json:
    """Give an endpoint a new gateway, as a whole; an empty one takes it away."""
    row = call.door.amend("serving_endpoint", _need(call).id, {"ai_gateway": _gateway(call.json)})
    found: Json = row.values.get("ai_gateway") or {}
    return found


def patch_tags(call: Call) -> Json:
    """Add and delete tags."""
    with call.door.exclusive:
        row = _need(call)
        tags = {one["key"]: one for one in row.values.get("tags") or []}
        for one in call.pick({"add_tags": list}).get("add_tags", ()):
            tags[call.need("key", typed("add_tags[]", one, dict))] = one
        for key in call.pick({"delete_tags": list}).get("delete_tags", ()):
            tags.pop(key, None)
        row = call.door.amend("serving_endpoint", row.id, {"tags": [tags[key] for key in sorted(tags)]})
    return {"tags": row.values.get("tags") or []}


def patch_notifications(call: Call) -> Json:
    """Set who hears of updates."""
    given = call.pick({"email_notifications": dict}).get("email_notifications", {})
    row = call.door.amend("serving_endpoint", _need(call).id, {"email_notifications": given})
    return {"name": row.id, "email_notifications": row.values.get("email_notifications") or {}}


def patch_telemetry(call: Call) -> Json:
    """Set where telemetry goes; nothing takes it away."""
    row = _need(call)
    sort = _unsupported(row)
    if sort:
        raise invalid(f"Telemetry configuration is not supported for endpoint type '{sort}'.")
    if row.status == "updating":
        raise _busy(call, row, "telemetry configuration")
    return detailed(call, call.door.note("serving_endpoint", row.id, telemetry=_telemetry(call, row)))


def build_logs(call: Call) -> Json:
    """Return how building an entity's environment went."""
    row = _served(call)
    return {"logs": row.system.get("failed") or f"served entity {call['model']}: environment built\n"}


def logs(call: Call) -> Json:
    """Return what the model server said last."""
    _served(call)
    return {"logs": f"[{call['model']}] serving\n"}


def _find(call: Call) -> Row:
    """Return the endpoint as it is kept."""
    row = call.door.find("serving_endpoint", call["name"])
    if row is None:
        raise missing(GONE)
    return row


def _need(call: Call) -> Row:
    """Return the endpoint as it is now."""
    return call.door.pace.look(call.door.store, _find(call))


def _served(call: Call) -> Row:
    """Return the endpoint when it has the entity that the path names."""
    row = _need(call)
    if not any(one["name"] == call["model"] for part in configurations(row) for one in part):
        raise missing(f"Served entity {call['model']} does not exist in endpoint {row.id}.")
    return row


def _busy(call: Call, row: Row, what: str) -> Refusal:
    """Return the error for changing what is being updated."""
    status = call.door.settings.busy
    code = "RESOURCE_CONFLICT" if status == 409 else "INVALID_STATE"  # noqa: PLR2004 - HTTP's own number
    message = f"Endpoint {row.id} is currently updating. Wait for the update to complete before updating its {what}."
    return Refusal(status, code, message)


def _gateway(given: Json) -> Values:
    """Return a gateway; its inference table must say where it is."""
    table = given.get("inference_table_config") or {}
    if table.get("enabled") and not (table.get("catalog_name") and table.get("schema_name")):
        raise invalid("inference_table_config needs catalog_name and schema_name when it is enabled.")
    found: Values = hidden(given)
    return found


def _telemetry(call: Call, row: Row) -> Json | None:
    """Return telemetry as it is kept: names of tables become a profile, and a config without either is dropped."""
    if "telemetry_config" not in call.json:
        return None
    given = call.pick({"telemetry_config": dict})["telemetry_config"]
    tables, profile = given.get("table_names"), given.get("telemetry_profile_id")
    if not tables and not profile:
        kept: Json | None = row.system.get("telemetry")
        return kept
    found = hashlib.sha256(repr(sorted((tables or {}).items())).encode()).hexdigest()[:32]
    made: Json = {"telemetry_profile_id": profile or found}
    if given.get("inference_table_config"):
        made["inference_table_config"] = given["inference_table_config"]
    return made


def _unsupported(row: Row) -> str:
    """Return the sort of endpoint that has no telemetry; empty for those that have."""
    there = row.values.get("served_entities") or []
    if not there:
        return "NO_CONFIG"
    return "" if any("entity_name" in one for one in there) else "EXTERNAL_MODELS"
