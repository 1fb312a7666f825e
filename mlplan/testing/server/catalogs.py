"""Catalogs: /api/2.1/unity-catalog/catalogs.

`isolation_mode`, `owner` and `enable_predictive_optimization` can only be set by an update: the
SDK's create has no such parameters. A new catalog has a schema `default`: the Terraform provider
deletes it right after it has created a catalog, so that destroying the catalog needs no force.
"""

from mlplan.providers.local.store import Row
from mlplan.testing.server import unity
from mlplan.testing.server.call import Call
from mlplan.testing.server.paging import Limits, listed, page
from mlplan.testing.server.refusal import Json
from mlplan.testing.server.route import Route, read, write

ROOT = "/api/2.1/unity-catalog/catalogs"
CREATE = {
    "comment": str,
    "connection_name": str,
    "options": dict,
    "properties": dict,
    "provider_name": str,
    "share_name": str,
    "storage_root": str,
}
UPDATE = {
    "comment": str,
    "enable_predictive_optimization": str,
    "isolation_mode": str,
    "options": dict,
    "owner": str,
    "properties": dict,
}


def routes() -> tuple[Route, ...]:
    """Return the operations on catalogs."""
    return (
        write("POST", ROOT, create),
        read(ROOT, every),
        read(f"{ROOT}/{{name}}", get),
        write("PATCH", f"{ROOT}/{{name}}", update),
        write("DELETE", f"{ROOT}/{{name}}", delete),
    )


def create(call: Call) -> Json:
    """Make a catalog."""
    values = {"name": call.need("name"), **call.pick(CREATE)}
    values["properties"] = unity.users(values.get("properties", {}))
    row = unity.create(call, "catalog", values)
    if call.door.settings.default_schema and row.outputs["catalog_type"] == "MANAGED_CATALOG":
        comment = f"Default schema of catalog {row.id}"
        call.door.create("schema", {"catalog_name": row.id, "name": "default", "comment": comment})
    return answer(call, row)


def every(call: Call) -> Json:
    """List catalogs; those that this workspace is not bound to only when asked for (`include_unbound`)."""
    everything = call.asks("include_unbound") or not call.door.settings.isolation
    rows = [row for row in call.door.rows("catalog") if everything or unity.bound(call, row.values)]
    own = call.door.settings.page
    found, token = page(call, rows, Limits(None, own, own), lambda row: row.id)
    return listed("catalogs", [answer(call, row) for row in found], token)


def get(call: Call) -> Json:
    """Return a catalog."""
    return answer(call, unity.need(call, "catalog", call["name"]))


def update(call: Call) -> Json:
    """Change a catalog; this works without a binding too, or nobody could ever repair one."""
    row = call.door.find("catalog", call["name"]) or unity.need(call, "catalog", call["name"])
    unity.no_rename(call, row)
    changes = call.pick(UPDATE)
    if "properties" in changes:
        changes["properties"] = unity.users(changes["properties"])
    return answer(call, unity.update(call, "catalog", row, changes))


def delete(call: Call) -> Json:
    """Delete a catalog."""
    unity.delete(call, "catalog", call["name"])
    return {}


def answer(call: Call, row: Row) -> Json:
    """Return a catalog as the API shows it; bindings have calls of their own."""
    shown = unity.shown(call, row) | unity.managed(call, row) | {"securable_type": "CATALOG"}
    shown.pop("workspace_bindings", None)
    flag = row.values.get("enable_predictive_optimization", "INHERIT")
    inherited = {"value": "ENABLE", "inherited_from_type": "METASTORE"}
    return shown | {"effective_predictive_optimization_flag": inherited if flag == "INHERIT" else {"value": flag}}
