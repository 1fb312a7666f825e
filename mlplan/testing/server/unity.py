"""Unity: what the objects of Unity Catalog have in common on the wire: errors, names, times, owners.

Known from: databrickslabs/ucx #2077 (creating what exists is 400, `Schema 'x' already exists`),
databricks/cli #1848 (`Function 'c.s.m' is not empty. The function has 1 model versions(s)`), the
SDK's list of codes (`CATALOG_DOES_NOT_EXIST` and its like), cli's notes on `Nothing to update`.
[unverified]: which code stands beside which message where no such list names it.
"""

import re

from mlplan.core.errors import Conflict
from mlplan.core.values import Values
from mlplan.kinds.naming import UC_PATTERN, fold
from mlplan.providers.local.defaults import METASTORE
from mlplan.providers.local.store import Row
from mlplan.testing.server.call import Call
from mlplan.testing.server.door import moment
from mlplan.testing.server.refusal import Json, Refusal, invalid, missing, unsupported

WORDS = {"catalog": "Catalog", "schema": "Schema", "volume": "Volume", "registered_model": "Routine or Model"}
OWN_CODES = ("catalog", "schema")
"""Kinds whose errors have codes of their own: `CATALOG_DOES_NOT_EXIST`, `SCHEMA_ALREADY_EXISTS`, ..."""
MANAGED = {
    "unity.catalog.managed.delta.defaults.delta.enableRowTracking": "true",
    "unity.catalog.managed.delta.defaults.delta.checkpointPolicy": "v2",
}
"""Properties that Unity Catalog shows where nobody has set any (databricks/cli, catalogs and schemas)."""
ENUMS = {
    "isolation_mode": ("OPEN", "ISOLATED"),
    "enable_predictive_optimization": ("ENABLE", "DISABLE", "INHERIT"),
    "volume_type": ("MANAGED", "EXTERNAL"),
}
_NAME = re.compile(UC_PATTERN)


def need(call: Call, kind: str, name: str) -> Row:
    """Return an object that must be there; names mean the same in any case."""
    row = call.door.find(kind, fold(name))
    if row is None:
        code = f"{kind.upper()}_DOES_NOT_EXIST" if kind in OWN_CODES else "RESOURCE_DOES_NOT_EXIST"
        raise missing(f"{WORDS[kind]} '{fold(name)}' does not exist.", code)
    reachable(call, row)
    return row


def reachable(call: Call, row: Row) -> None:
    """Refuse what lives in an isolated catalog that is not bound to this workspace, where that is switched on."""
    if not call.door.settings.isolation:
        return
    name = row.id.partition(".")[0]
    catalog = call.door.find("catalog", name)
    if catalog is not None and not bound(call, catalog.values):
        raise Refusal(403, "PERMISSION_DENIED", f"Catalog '{name}' is not accessible in current workspace")


def bound(call: Call, catalog: Values) -> bool:
    """Tell whether this workspace may use a catalog; bindings count only when it is isolated."""
    if catalog.get("isolation_mode") != "ISOLATED":
        return True
    bindings = catalog.get("workspace_bindings") or ()
    return any(one["workspace_id"] == call.door.settings.workspace_id for one in bindings)


def create(call: Call, kind: str, values: Values) -> Row:
    """Make an object whose containers are there; 400 when its name is taken."""
    for field in ("catalog_name", "schema_name", "name"):
        if field in values and not _NAME.match(values[field]):
            raise invalid(f"Create{_call_name(kind)} {values[field]!r} is not a valid name")
    allowed(values)
    if "catalog_name" in values:
        need(call, "catalog", values["catalog_name"])
    if "schema_name" in values:
        need(call, "schema", f"{values['catalog_name']}.{values['schema_name']}")
    try:
        return call.door.create(kind, values, creator=call.door.user)
    except Conflict as error:
        raise _taken(kind, fold(values["name"])) from error


def update(call: Call, kind: str, row: Row, changes: Values) -> Row:
    """Set fields of an object; a request without any is refused (databricks/cli: `Nothing to update`)."""
    if not changes:
        raise invalid(f"Update{_call_name(kind)} Nothing to update")
    allowed(changes)
    return call.door.amend(kind, row.id, changes) if changes else row


def no_rename(call: Call, row: Row) -> None:
    """Refuse a new name: the platform could, but the local workspace keeps no contents under a new one."""
    new = call.json.get("new_name")
    if new and fold(str(new)) != row.values["name"]:
        raise unsupported(f"renaming a {row.kind} is not emulated; create {new} and delete {row.id}")


def allowed(values: Values) -> None:
    """Refuse values that an enumeration of the API does not have."""
    for name, known in ENUMS.items():
        if name in values and values[name] not in known:
            raise invalid(f"{name} must be one of {', '.join(known)}, not {values[name]}")


def delete(call: Call, kind: str, name: str) -> None:
    """Take an object down; 400 while it holds others, unless forced."""
    row = need(call, kind, name)
    try:
        call.door.platform.delete(kind, row.id, {"force_destroy": call.asks("force")})
    except Conflict as error:
        raise _not_empty(call, row) from error


def shown(call: Call, row: Row) -> Json:
    """Return the fields of an object as all of Unity Catalog shows them."""
    creator = row.system.get("creator", call.door.owner)
    answer: Json = {**row.values, **row.outputs, "full_name": row.id, "metastore_id": METASTORE}
    answer |= {"created_at": moment(row), "created_by": creator, "updated_at": moment(row), "updated_by": creator}
    return answer | {"browse_only": False}


def managed(call: Call, row: Row) -> Json:
    """Return the properties of an object, with those that are Unity Catalog's own when there are no others."""
    own = row.values.get("properties")
    if own:
        return {"properties": own}
    return {"properties": dict(MANAGED)} if call.door.settings.managed_properties else {}


def users(properties: Values) -> Values:
    """Return properties without Unity Catalog's own, which a client may have read and sends back."""
    return {name: value for name, value in properties.items() if not name.startswith("unity.catalog.managed.")}


def _taken(kind: str, name: str) -> Refusal:
    """Return the error for a name that is in use: 400, which the SDK makes a BadRequest, not a conflict."""
    code = f"{kind.upper()}_ALREADY_EXISTS" if kind in OWN_CODES else "RESOURCE_ALREADY_EXISTS"
    return Refusal(400, code, f"{WORDS[kind]} '{name}' already exists")


def _not_empty(call: Call, row: Row) -> Refusal:
    """Return the error for an object that still holds others."""
    if row.kind == "registered_model":
        count = len(call.door.children(row, "model_version"))
        message = f"Function '{row.id}' is not empty. The function has {count} model versions(s)"
        return Refusal(400, "INVALID_STATE", message)
    held = [child for child in call.door.store.children(row.uid) if child.kind in WORDS]
    kinds = sorted({child.kind for child in held})
    counts = ", ".join(f"{sum(child.kind == kind for child in held)} {kind}(s)" for kind in kinds)
    message = f"{WORDS[row.kind]} '{row.id}' is not empty. The {row.kind} has {counts}"
    return Refusal(400, f"{row.kind.upper()}_NOT_EMPTY", message)


def _call_name(kind: str) -> str:
    """Return the name of a kind in the names of calls."""
    return kind.title().replace("_", "")
