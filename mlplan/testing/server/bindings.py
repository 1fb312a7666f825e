"""Bindings: which workspaces may use a catalog, by the new path and by the deprecated one.

They may be set on any catalog and count only on ISOLATED ones; adding one that is there changes
its type (SDK documentation of `workspace_bindings`). Catalogs are the only bindable kind here.
"""

from mlplan.providers.local.store import Row
from mlplan.testing.server import unity
from mlplan.testing.server.call import Call, typed
from mlplan.testing.server.paging import Limits, listed, page
from mlplan.testing.server.refusal import Json, invalid
from mlplan.testing.server.route import Route, read, write

ROOT = "/api/2.1/unity-catalog"
READ_WRITE = "BINDING_TYPE_READ_WRITE"


def routes() -> tuple[Route, ...]:
    """Return the operations on bindings."""
    new, old = f"{ROOT}/bindings/{{type}}/{{name}}", f"{ROOT}/workspace-bindings/catalogs/{{name}}"
    return (read(new, get), write("PATCH", new, update), read(old, get_old), write("PATCH", old, update_old))


def get(call: Call) -> Json:
    """Return the bindings of a catalog."""
    own = call.door.settings.page
    found, token = page(call, _bindings(_catalog(call)), Limits(None, own, own), _place)
    return listed("bindings", found, token)


def update(call: Call) -> Json:
    """Add and remove bindings."""
    add, remove = (_given(call, part) for part in ("add", "remove"))
    return {"bindings": _change(call, _catalog(call), add, {int(one["workspace_id"]) for one in remove})}


def get_old(call: Call) -> Json:
    """Return the workspaces that a catalog is bound to."""
    return {"workspaces": [one["workspace_id"] for one in _bindings(_catalog(call))]}


def update_old(call: Call) -> Json:
    """Add and remove workspaces, which may then read and write."""
    assign, unassign = (call.pick({name: list}).get(name, []) for name in ("assign_workspaces", "unassign_workspaces"))
    add = [{"workspace_id": one} for one in assign]
    return {"workspaces": [one["workspace_id"] for one in _change(call, _catalog(call), add, set(unassign))]}


def _catalog(call: Call) -> Row:
    """Return the catalog, whether or not this workspace may use it."""
    kind = call.variables.get("type", "catalog").lower()
    if kind != "catalog":
        raise invalid(f"Securable type {kind.upper()} does not support workspace bindings here")
    row = call.door.find("catalog", call["name"])
    return row or unity.need(call, "catalog", call["name"])


def _bindings(row: Row) -> list[Json]:
    """Return the bindings of a catalog, by workspace."""
    return sorted(row.values.get("workspace_bindings") or [], key=_place)


def _given(call: Call, part: str) -> list[Json]:
    """Return the bindings in one part of a request."""
    found = [typed(f"{part}[]", one, dict) for one in call.pick({part: list}).get(part, ())]
    for one in found:
        typed("workspace_id", one.get("workspace_id"), int)
    return found


def _change(call: Call, row: Row, add: list[Json], remove: set[int]) -> list[Json]:
    """Keep the bindings of a catalog anew."""
    with call.door.exclusive:
        there = {one["workspace_id"]: one for one in _bindings(row) if one["workspace_id"] not in remove}
        there |= {one["workspace_id"]: {"binding_type": READ_WRITE, **one} for one in add}
        return _bindings(call.door.amend("catalog", row.id, {"workspace_bindings": list(there.values())}))


def _place(one: Json) -> str:
    """Return the key that sorts bindings by workspace."""
    return f"{one['workspace_id']:020d}"
