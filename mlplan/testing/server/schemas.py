"""Schemas: /api/2.1/unity-catalog/schemas.

Every catalog has an `information_schema` beside those that are made: it is listed and read, and
belongs to the system (Databricks documentation of INFORMATION_SCHEMA).
"""

from mlplan.kinds.naming import fold
from mlplan.providers.local.store import Row
from mlplan.testing.server import unity
from mlplan.testing.server.call import Call
from mlplan.testing.server.paging import Limits, listed, page
from mlplan.testing.server.refusal import Json, Refusal, invalid
from mlplan.testing.server.route import Route, read, write

ROOT = "/api/2.1/unity-catalog/schemas"
SYSTEM = "information_schema"
CREATE = {"comment": str, "properties": dict, "storage_root": str}
UPDATE = {"comment": str, "enable_predictive_optimization": str, "owner": str, "properties": dict}


def routes() -> tuple[Route, ...]:
    """Return the operations on schemas."""
    return (
        write("POST", ROOT, create),
        read(ROOT, every),
        read(f"{ROOT}/{{full_name}}", get),
        write("PATCH", f"{ROOT}/{{full_name}}", update),
        write("DELETE", f"{ROOT}/{{full_name}}", delete),
    )


def create(call: Call) -> Json:
    """Make a schema."""
    values = {"catalog_name": call.need("catalog_name"), "name": call.need("name"), **call.pick(CREATE)}
    if fold(values["name"]) == SYSTEM:
        raise Refusal(400, "SCHEMA_ALREADY_EXISTS", f"Schema '{SYSTEM}' already exists")
    values["properties"] = unity.users(values.get("properties", {}))
    return answer(call, unity.create(call, "schema", values))


def every(call: Call) -> Json:
    """List the schemas of a catalog."""
    catalog = call.query.get("catalog_name") or None
    if catalog is None:
        raise invalid("Missing required field: catalog_name")
    row = unity.need(call, "catalog", catalog)
    shown = [answer(call, one) for one in call.door.children(row, "schema")]
    shown = sorted([*shown, _system(row)], key=lambda one: str(one["full_name"]))
    own = call.door.settings.page
    found, token = page(call, shown, Limits(None, own, own), lambda one: str(one["full_name"]))
    return listed("schemas", found, token)


def get(call: Call) -> Json:
    """Return a schema."""
    catalog, _, name = fold(call["full_name"]).partition(".")
    if name == SYSTEM:
        return _system(unity.need(call, "catalog", catalog))
    return answer(call, unity.need(call, "schema", call["full_name"]))


def update(call: Call) -> Json:
    """Change a schema."""
    row = unity.need(call, "schema", call["full_name"])
    unity.no_rename(call, row)
    changes = call.pick(UPDATE)
    if "properties" in changes:
        changes["properties"] = unity.users(changes["properties"])
    return answer(call, unity.update(call, "schema", row, changes))


def delete(call: Call) -> Json:
    """Delete a schema."""
    unity.delete(call, "schema", call["full_name"])
    return {}


def answer(call: Call, row: Row) -> Json:
    """Return a schema as the API shows it."""
    return unity.shown(call, row) | unity.managed(call, row) | {"catalog_type": "MANAGED_CATALOG"}


def _system(catalog: Row) -> Json:
    """Return the schema that describes the catalog's own contents."""
    return {
        "catalog_name": catalog.id,
        "name": SYSTEM,
        "full_name": f"{catalog.id}.{SYSTEM}",
        "comment": "Information schema (auto-created)",
        "owner": "System user",
    }
