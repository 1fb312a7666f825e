"""Groups: who is in them, over the groups of the local workspace, and who stands behind a member's number.

A member is a number, a path and a name for people: what grants call it is found at the path, except for
groups. [unverified]: that the members of a group show to those only who administer the workspace.
"""

from mlplan.providers.local.groups import groups
from mlplan.testing.server.call import Call
from mlplan.testing.server.identity import SCIM, SORTS, numbered, principals, shown
from mlplan.testing.server.refusal import Json, missing
from mlplan.testing.server.route import Route, read


def routes() -> tuple[Route, ...]:
    """Return the operations on groups, and on principals by number."""
    return (read(f"{SCIM}/Groups", every), *(read(f"{SCIM}/{sort}/{{id}}", one) for sort in SORTS))


def every(call: Call) -> Json:
    """List the groups; `displayName eq "value"` picks one."""
    settings, there = call.door.settings, groups(call.door.store)
    known = None if settings.groups is None and not there else (*(settings.groups or ()), *sorted(there))
    return principals(call, "Groups", known, settings.admins, lambda name: _group(call, name))


def one(call: Call) -> Json:
    """Return a principal by its number."""
    sort, settings, there = call.path.split("/")[-2], call.door.settings, groups(call.door.store)
    known = {"Groups": settings.groups, "Users": settings.users, "ServicePrincipals": settings.service_principals}[sort]
    names = {*(known or ()), *there, *(member for members in there.values() for member in members)}
    if sort == "Groups":
        names |= set(settings.admins)
    name = next((name for name in names if numbered(name) == call["id"] and _sort(name, call) == sort), None)
    if name is None:
        raise missing(f"{SORTS[sort][1].rpartition(':')[2]} with id {call['id']} not found.")
    return _group(call, name) if sort == "Groups" else shown(sort, name)


def _group(call: Call, name: str) -> Json:
    """Return a group as SCIM shows it; one without members has no list of them."""
    names = groups(call.door.store).get(name, ()) if call.door.settings.admins else ()
    members = [
        {
            "display": _display(member, call),
            "value": numbered(member),
            "$ref": f"{_sort(member, call)}/{numbered(member)}",
        }
        for member in names
    ]
    return shown("Groups", name) | ({"members": members} if members else {})


def _sort(name: str, call: Call) -> str:
    """Return what sort of principal a name is of."""
    settings = call.door.settings
    if name in groups(call.door.store) or name in (*(settings.groups or ()), *settings.admins):
        return "Groups"
    return "Users" if "@" in name else "ServicePrincipals"


def _display(name: str, call: Call) -> str:
    """Return what people call a principal: a person's first name, an application's title."""
    if _sort(name, call) == "Groups":
        return name
    return name.partition("@")[0].title() if "@" in name else f"Application {name[:4]}"
