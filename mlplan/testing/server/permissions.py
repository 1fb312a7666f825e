"""Permissions: /api/2.0/permissions of experiments and serving endpoints.

- Objects are named by the server's ids, never by their names.
- The list holds direct and inherited rows; `admins` may manage everything, which shows as
  inherited (the Terraform provider drops those rows when it reads).
- PUT replaces all direct rows, PATCH adds (SDK). A level does not go down by PATCH
  (terraform-provider-databricks #3899).
- Who made an endpoint may manage it, by a direct row that a PUT without it takes away
  (terraform-provider-databricks #1504; it puts the row back on every PUT for endpoints, but not
  for experiments). [unverified] how the platform shows owners of experiments: not at all here.
- The object is named by its path: `/experiments/123` (the Terraform provider's fixtures).
"""

from collections.abc import Sequence

from mlplan.kinds.naming import principal
from mlplan.kinds.permissions import LEVELS, PRINCIPALS
from mlplan.providers.local.store import Row
from mlplan.testing.server.call import Call, typed
from mlplan.testing.server.refusal import Json, Refusal, invalid, missing
from mlplan.testing.server.route import Route, read, write

ROOT = "/api/2.0/permissions/{type}/{id}"
KINDS = {"experiments": "experiment", "serving-endpoints": "serving_endpoint"}
TYPES = {"experiment": "mlflowExperiment", "serving_endpoint": "serving-endpoint"}
ABOVE = {"experiment": "/directories/0", "serving_endpoint": "/serving-endpoints/root"}
"""What permissions are inherited from. [unverified] the exact names."""
TEXTS = {
    "CAN_READ": "Can read",
    "CAN_EDIT": "Can edit",
    "CAN_VIEW": "Can view",
    "CAN_QUERY": "Can query",
    "CAN_MANAGE": "Can manage",
}
Rows = dict[tuple[str, str], str]
"""Level by sort and name of the principal."""


def routes() -> tuple[Route, ...]:
    """Return the operations on permissions."""
    return (
        read(ROOT, get),
        write("PUT", ROOT, replace),
        write("PATCH", ROOT, add),
        read(f"{ROOT}/permissionLevels", levels),
    )


def get(call: Call) -> Json:
    """Return the permissions on an object."""
    row = _object(call)
    return answer(call, row, direct(call, row))


def replace(call: Call) -> Json:
    """Set all direct permissions; what is not named is gone."""
    row = _object(call)
    rows = _given(call, row)
    _keep(call, row, rows)
    return answer(call, row, rows)


def add(call: Call) -> Json:
    """Add permissions, or raise their levels."""
    row = _object(call)
    order = LEVELS[row.kind]
    with call.door.exclusive:
        rows = direct(call, row)
        for who, level in _given(call, row).items():
            rows[who] = _higher(order, rows.get(who, level), level)
        _keep(call, row, rows)
    return answer(call, row, rows)


def levels(call: Call) -> Json:
    """Return the levels that an object of this type has."""
    found = LEVELS[_object(call).kind]
    return {"permission_levels": [{"permission_level": one, "description": TEXTS[one]} for one in found]}


def direct(call: Call, row: Row) -> Rows:
    """Return the direct permissions: those that were set, or the maker's as long as none ever were."""
    kept = call.door.store.get("permissions", f"{row.kind}/{row.id}")
    if kept is not None:
        given = kept.values.get("permissions") or []
        return {(name, one[name]): one["level"] for one in given for name in PRINCIPALS if one.get(name)}
    if row.kind == "serving_endpoint":
        creator = row.system.get("creator", call.door.owner)
        return {("user_name" if "@" in creator else _sort(call, creator), creator): "CAN_MANAGE"}
    return {}


def answer(call: Call, row: Row, rows: Rows) -> Json:
    """Return the permissions on an object as the API shows them."""
    above = {"inherited": True, "inherited_from_object": [ABOVE[row.kind]], "permission_level": "CAN_MANAGE"}
    found: dict[tuple[str, str], list[Json]] = {
        who: [{"inherited": False, "permission_level": level}] for who, level in rows.items()
    }
    for group in call.door.settings.admins:
        found.setdefault(("group_name", group), []).append(above)
    listed = [_shown(sort, name, has) for (sort, name), has in found.items()]
    path = f"/{call['type']}/{call['id']}"
    return {"object_id": path, "object_type": TYPES[row.kind], "access_control_list": listed}


def _shown(sort: str, name: str, has: list[Json]) -> Json:
    """Return one principal's permissions; only users and service principals have a name for people."""
    people = {} if sort == "group_name" else {"display_name": name}
    return {sort: name, **people, "all_permissions": has}


def _sort(call: Call, name: str) -> str:
    """Return which sort of principal a name without an @ is: a service principal when it is known as one."""
    return "service_principal_name" if name in (call.door.settings.service_principals or ()) else "user_name"


def _object(call: Call) -> Row:
    """Return the object that the path names."""
    kind = KINDS.get(call["type"])
    if kind is None:
        raise invalid(f"request_object_type is not recognized here: {call['type']}")
    row = call.door.index.find(call.door.store, kind, call["id"])
    if row is None:
        raise missing(f"{call['type']} {call['id']} does not exist")
    return row


def _given(call: Call, row: Row) -> Rows:
    """Return the rows of a request; each names one principal, and a level that there is, newer ones included."""
    rows: Rows = {}
    levels = {*LEVELS[row.kind], *direct(call, row).values()}
    for one in call.pick({"access_control_list": list}).get("access_control_list", ()):
        typed("access_control_list[]", one, dict)
        named = [(name, str(one[name])) for name in PRINCIPALS if one.get(name)]
        level = one.get("permission_level")
        if len(named) != 1:
            raise invalid("Exactly one of user_name, group_name and service_principal_name must be set")
        if level not in levels:
            raise invalid(f"{level} is not a permission level of {call['type']}")
        sort, name = named[0]
        _known(call, sort, name)
        who = (sort, name if sort == "group_name" else principal(name))
        rows[who] = _higher(LEVELS[row.kind], rows.get(who, level), level)
    return rows


def _higher(order: Sequence[str], one: str, other: str) -> str:
    """Return the higher of two levels; one that is not known yet stays."""
    return one if one not in order or (other in order and order.index(one) >= order.index(other)) else other


def _known(call: Call, sort: str, name: str) -> None:
    """Refuse a principal that does not exist, where the workspace knows which do."""
    settings = call.door.settings
    known = {
        "user_name": settings.users,
        "group_name": settings.groups,
        "service_principal_name": settings.service_principals,
    }[sort]
    if known is not None and name not in (*known, *settings.admins):
        raise Refusal(404, "RESOURCE_DOES_NOT_EXIST", f"Principal: {name} does not exist")


def _keep(call: Call, row: Row, rows: Rows) -> None:
    """Keep the direct permissions of an object anew."""
    listed = [{sort: name, "level": level} for (sort, name), level in rows.items()]
    call.door.set_rows("permissions", f"{row.kind}/{row.id}", listed)
