"""Grants: /api/2.1/unity-catalog/permissions and its paged and effective sisters.

- A change is a delta per principal, not a replacement (SDK, `PermissionsChange`).
- The same privilege in `add` and `remove` is 400 `Duplicate privileges to add and delete for
  principal` (databricks/cli PR #4801, terraform-provider-databricks #3566).
- Removing ALL_PRIVILEGES takes every privilege but the four that it does not cover
  (databricks/cli #6733).
- Privileges are stored in upper case, with underscores; unknown ones are taken as they are.
- A model's securable type is `function` (terraform-provider-databricks, `permissions.go`).
- Page lengths under 150 are refused; a principal's privileges never span two pages (SDK).
- Owners' privileges are not listed. No grants at all leaves `privilege_assignments` out.
"""

from collections.abc import Iterable

from mlplan.kinds.naming import fold, principal, privilege
from mlplan.providers.local.store import Row
from mlplan.testing.server import unity
from mlplan.testing.server.call import Call, typed
from mlplan.testing.server.paging import Limits, listed, page
from mlplan.testing.server.refusal import Json, invalid, missing
from mlplan.testing.server.route import Route, read, write

ROOT = "/api/2.1/unity-catalog"
KINDS = {"catalog": "catalog", "schema": "schema", "volume": "volume", "function": "registered_model"}
TYPES = {kind: name.upper() for name, kind in KINDS.items()}
NOT_COVERED = ("MANAGE", "READ_METADATA", "EXTERNAL_USE_SCHEMA", "EXTERNAL_USE_LOCATION")
"""Privileges that ALL_PRIVILEGES neither gives nor takes."""
LEAST, MOST = 150, 1_000


def routes() -> tuple[Route, ...]:
    """Return the operations on grants."""
    on = "{type}/{full_name}"
    return (
        read(f"{ROOT}/permissions/{on}", get),
        write("PATCH", f"{ROOT}/permissions/{on}", update),
        read(f"{ROOT}/effective-permissions/{on}", effective),
        read(f"{ROOT}/privilege-assignments/{on}", assignments),
        read(f"{ROOT}/effective-privilege-assignments/{on}", effective_assignments),
    )


def get(call: Call) -> Json:
    """Return the direct grants on an object."""
    return _paged(call, _assignments(held(call, _securable(call))), "privilege_assignments", "max_results")


def assignments(call: Call) -> Json:
    """Return the direct grants on an object, always in pages."""
    return _paged(call, _assignments(held(call, _securable(call))), "privilege_assignments", "page_size")


def effective(call: Call) -> Json:
    """Return the grants on an object and on what it lives in."""
    return _paged(call, _effective(call, _securable(call)), "privilege_assignments", "max_results")


def effective_assignments(call: Call) -> Json:
    """Return the grants on an object and on what it lives in, always in pages."""
    return _paged(call, _effective(call, _securable(call)), "effective_privilege_assignments", "page_size")


def update(call: Call) -> Json:
    """Give and take privileges, principal by principal."""
    row = _securable(call)
    changes = [typed("changes[]", one, dict) for one in call.pick({"changes": list}).get("changes", ())]
    with call.door.exclusive:
        there = held(call, row)
        for change in changes:
            _change(call, there, change)
        rows = _assignments({name: has for name, has in there.items() if has})
        call.door.set_rows("grants", f"{row.kind}/{row.id}", rows)
    hide = call.json.get("omit_permissions_in_response") or not rows
    return {} if hide else {"privilege_assignments": rows}


def held(call: Call, row: Row) -> dict[str, set[str]]:
    """Return who holds which privileges on an object directly."""
    grants = call.door.store.get("grants", f"{row.kind}/{row.id}")
    rows = [] if grants is None else grants.values.get("grants") or []
    return {one["principal"]: set(one["privileges"]) for one in rows}


def _change(call: Call, there: dict[str, set[str]], change: Json) -> None:
    """Give and take one principal's privileges."""
    name = principal(call.need("principal", change))
    _known(call, name)
    add, remove = (_privileges(change.get(part) or ()) for part in ("add", "remove"))
    if add & remove:
        raise invalid(f"Duplicate privileges to add and delete for principal {name}.")
    has = there.setdefault(name, set())
    if "ALL_PRIVILEGES" in remove:
        has &= set(NOT_COVERED)
    has -= remove
    has |= add


def _known(call: Call, name: str) -> None:
    """Refuse a principal that does not exist, where the workspace knows which do."""
    settings = call.door.settings
    known = (settings.users, settings.groups, settings.service_principals)
    if None not in known and not any(name in (names or ()) for names in known):
        raise missing(f"Could not find principal with name {name}", "PRINCIPAL_DOES_NOT_EXIST")


def _privileges(names: Iterable[str]) -> set[str]:
    """Return privileges as they are stored."""
    return {privilege(typed("privilege", name, str)) for name in names}


def _securable(call: Call) -> Row:
    """Return the object that the path names."""
    kind = KINDS.get(call["type"].lower())
    if kind is None:
        raise invalid(f"SECURABLETYPE {call['type'].upper()} is not a valid securable type")
    return unity.need(call, kind, fold(call["full_name"]))


def _assignments(there: dict[str, set[str]]) -> list[Json]:
    """Return grants as the API shows them."""
    return [{"principal": name, "privileges": sorted(has)} for name, has in sorted(there.items())]


def _effective(call: Call, row: Row) -> list[Json]:
    """Return the privileges on an object with where each comes from. [unverified] which are inherited: all are."""
    found: dict[str, list[Json]] = {}
    parts = row.id.split(".")
    names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    for name, kind in zip(names, (row.kind, *("schema", "catalog")[-len(names) + 1 :]), strict=False):
        holder = call.door.find(kind, name)
        for who, has in sorted(held(call, holder).items()) if holder else ():
            inherited = {} if kind == row.kind else {"inherited_from_type": TYPES[kind], "inherited_from_name": name}
            found.setdefault(who, []).extend({"privilege": one, **inherited} for one in sorted(has))
    return [{"principal": name, "privileges": rows} for name, rows in sorted(found.items())]


def _paged(call: Call, rows: list[Json], name: str, length: str) -> Json:
    """Return one page of principals, of which `principal` may pick one."""
    wanted = call.query.get("principal")
    rows = [row for row in rows if not wanted or row["principal"] == principal(wanted)]
    limits = Limits(None if length == "max_results" else MOST, MOST, MOST, LEAST, length)
    found, token = page(call, rows, limits, lambda row: str(row["principal"]))
    return listed(name, found, token)
