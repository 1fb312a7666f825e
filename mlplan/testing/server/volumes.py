"""Volumes: /api/2.1/unity-catalog/volumes.

A page has 10,000 volumes at most, also when none is asked for (SDK documentation of `list`).
Renaming a volume keeps its files.
"""

from mlplan.core.errors import Conflict
from mlplan.kinds.naming import fold
from mlplan.providers.local.store import Row
from mlplan.testing.server import unity
from mlplan.testing.server.call import Call
from mlplan.testing.server.paging import Limits, listed, page
from mlplan.testing.server.refusal import Json, Refusal, invalid
from mlplan.testing.server.route import Route, read, write

ROOT = "/api/2.1/unity-catalog/volumes"
CREATE = {"comment": str, "storage_location": str}
UPDATE = {"comment": str, "owner": str}
LIMITS = Limits(10_000, 10_000, 10_000)


def routes() -> tuple[Route, ...]:
    """Return the operations on volumes."""
    return (
        write("POST", ROOT, create),
        read(ROOT, every),
        read(f"{ROOT}/{{full_name}}", get),
        write("PATCH", f"{ROOT}/{{full_name}}", update),
        write("DELETE", f"{ROOT}/{{full_name}}", delete),
    )


def create(call: Call) -> Json:
    """Make a volume: MANAGED ones choose their own location, EXTERNAL ones cannot."""
    names = {name: call.need(name) for name in ("catalog_name", "schema_name", "name", "volume_type")}
    values = {**names, **call.pick(CREATE)}
    if values["volume_type"] == "MANAGED" and values.get("storage_location"):
        raise invalid("CreateVolume storage_location can not be provided.")
    if values["volume_type"] == "EXTERNAL" and not values.get("storage_location"):
        raise invalid("CreateVolume Missing required field: storage_location")
    return answer(call, unity.create(call, "volume", values))


def every(call: Call) -> Json:
    """List the volumes of a schema."""
    name = f"{call.need('catalog_name', dict(call.query))}.{call.need('schema_name', dict(call.query))}"
    rows = call.door.children(unity.need(call, "schema", name), "volume")
    found, token = page(call, rows, LIMITS, lambda row: row.id)
    return listed("volumes", [answer(call, row) for row in found], token)


def get(call: Call) -> Json:
    """Return a volume."""
    return answer(call, unity.need(call, "volume", call["full_name"]))


def update(call: Call) -> Json:
    """Change a volume, and give it a new name last."""
    row = unity.need(call, "volume", call["full_name"])
    changes, new = call.pick(UPDATE), fold(str(call.json.get("new_name") or row.values["name"]))
    if changes or new == row.values["name"]:
        row = unity.update(call, "volume", row, changes)
    if new == row.values["name"]:
        return answer(call, row)
    values = {**row.values, "name": new}
    try:
        made = call.door.platform.rename("volume", row.id, f"{row.id.rpartition('.')[0]}.{new}", values)
    except Conflict as error:
        raise Refusal(400, "RESOURCE_ALREADY_EXISTS", f"Volume '{new}' already exists") from error
    return answer(call, unity.need(call, "volume", made.id))


def delete(call: Call) -> Json:
    """Delete a volume."""
    unity.delete(call, "volume", call["full_name"])
    return {}


def answer(call: Call, row: Row) -> Json:
    """Return a volume as the API shows it."""
    return unity.shown(call, row)
